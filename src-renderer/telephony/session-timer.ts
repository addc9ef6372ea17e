/** Who proves that the call is still alive. */
export type Refresher = 'us' | 'them';

/** What both sides agreed on (RFC 4028): a call whose refreshes stop is over, so that no proxy carries it for ever. */
export interface SessionTimer {
  /** s */
  readonly seconds: number;
  readonly refresher: Refresher;
}

/** A SIP message as sip.js has it. */
export interface Headers {
  getHeaders(name: string): string[];
}

interface Said {
  readonly seconds: number;
  readonly refresher: 'uac' | 'uas' | null;
}

/** No side may ask for less (§4): twice what a transaction may take. */
const leastSeconds = 90;
/** Whoever says less all the same is not sent a re-INVITE without pause. */
const refreshFloorMs = 2_000;
const againMs = { least: 2_000, most: 30_000 } as const;

/** The answer to an INVITE of ours, the first or a later one; null = the call has no timer (any more, §7.2). */
export function timerOfAnswer(answer: Headers): SessionTimer | null {
  const said = saidIn(answer);
  // A refresh too many does no harm: who does not say whose they are leaves them to us.
  return said && { seconds: said.seconds, refresher: said.refresher === 'uas' ? 'them' : 'us' };
}

/**
 * What holds from our 200 to an INVITE of theirs on, the first or a later one (§9). Where it is ours to choose they refresh:
 * a page may be put to sleep. @param current as agreed before
 */
export function timerOfRequest(request: Headers, current: SessionTimer | null): SessionTimer | null {
  const said = saidIn(request);
  const able = knowsTimers(request);
  if (!said) return current && (able || current.refresher === 'us') ? current : null;
  // A proxy has asked, and their phone knows nothing of it.
  if (!able) return { seconds: said.seconds, refresher: 'us' };
  const chosen = said.refresher === null ? null : said.refresher === 'uac' ? 'them' : 'us';
  return { seconds: said.seconds, refresher: chosen ?? current?.refresher ?? 'them' };
}

/** Of our 200 that agrees to that. */
export function headersOfAnswer(request: Headers, timer: SessionTimer | null): string[] {
  const able = knowsTimers(request);
  if (!timer || (!able && !saidIn(request))) return [];
  const refresher = timer.refresher === 'us' ? 'uas' : 'uac';
  return [`Session-Expires: ${timer.seconds};refresher=${refresher}`, ...(able ? ['Require: timer'] : [])];
}

/** Of a re-INVITE of ours: each is a refresh, and one without them would end the timer (§7.4). @param least s, by a 422 */
export function headersOfRequest(timer: SessionTimer | null, least: number): string[] {
  if (!timer) return [];
  const seconds = Math.max(leastSeconds, least, timer.seconds);
  const refresher = timer.refresher === 'us' ? 'uac' : 'uas';
  return [`Session-Expires: ${seconds};refresher=${refresher}`, ...(least > leastSeconds ? [`Min-SE: ${least}`] : [])];
}

/** s that a 422 asks for; null = it does not say. */
export function leastInterval(answer: Headers): number | null {
  return secondsOf(answer.getHeaders('min-se')[0] ?? '');
}

/** ms from a refresh to what is due then: our next one at half the interval, or the end without one of theirs (§10). */
export function dueMs({ seconds, refresher }: SessionTimer): number {
  if (refresher === 'us') return Math.max(refreshFloorMs, seconds * 500);
  const whole = Math.max(leastSeconds, seconds);
  return (whole - Math.min(32, whole / 3)) * 1000;
}

/** ms to the next try of a refresh that failed. */
export const retryMs = ({ seconds }: SessionTimer): number =>
  Math.min(againMs.most, Math.max(againMs.least, seconds * 125));

function saidIn(message: Headers): Said | null {
  const value = [...message.getHeaders('session-expires'), ...message.getHeaders('x')][0] ?? '';
  const seconds = secondsOf(value);
  if (seconds === null) return null;
  const [, refresher] = /;\s*refresher\s*=\s*(ua[cs])\b/i.exec(value) ?? [];
  return { seconds, refresher: (refresher?.toLowerCase() ?? null) as Said['refresher'] };
}

const secondsOf = (value: string): number | null => {
  const seconds = Number(/^\s*(\d{1,9})\s*(?:;|$)/.exec(value)?.[1] ?? 0);
  return seconds > 0 ? seconds : null;
};

const knowsTimers = (message: Headers): boolean =>
  ['supported', 'k', 'require'].some((name) =>
    message.getHeaders(name).some((value) => /(^|[\s,])timer\b/i.test(value)),
  );
