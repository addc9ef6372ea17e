import { readOperator } from '#shared/domain/operator.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import type { SimCondition } from '#shared/domain/vocabulary.ts';
import * as parse from '../at/answers.ts';
import { cmeOf } from '../at/at-command.ts';
import type { AtSession } from '../at/at-session.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import { parseImsVoice, parseRegistration, readNetwork, settlesVoice, type NetworkView } from './registration.ts';

/** All that a reading needs of a session. */
export type Commands = Pick<AtSession, 'send'>;

/** What one slot's card and network look like. */
export interface SimView {
  readonly condition: SimCondition;
  readonly iccid: string | null;
  readonly ownNumber: string | null;
  readonly operator: string | null;
  readonly bars: number | null;
  /** Registered is not able to call (registration.ts); null = not registered. */
  readonly voice: NetworkView['voice'];
}

export const unknownSim: SimView = {
  condition: 'unknown',
  iccid: null,
  ownNumber: null,
  operator: null,
  bars: null,
  voice: null,
};

const operatorTimeoutMs = 10_000;

/** A query whose refusal is an answer too: null. A mute or lost modem still throws. */
async function ask(
  session: Commands,
  text: string,
  prefix?: string,
  timeoutMs?: number,
): Promise<readonly string[] | null> {
  try {
    return await session.send({
      text,
      priority: 'info',
      ...(prefix ? { prefix } : {}),
      ...(timeoutMs ? { timeoutMs } : {}),
    });
  } catch (error) {
    if (error instanceof AppError && error.code === 'phone.refused') return null;
    throw error;
  }
}

/** CME numbers that describe the card (TS 27.007 §9.2.1). */
const conditionOfCme: Readonly<Record<number, SimCondition>> = {
  10: 'absent',
  11: 'pin-required',
  12: 'puk-required',
  13: 'failed',
  14: 'unknown', // busy: being started, the next look will tell
  15: 'failed',
};

/** The card's own state, without the network: `ready` = usable. */
export async function readCardState(session: Commands): Promise<SimCondition> {
  try {
    const lines = await session.send({ text: 'AT+CPIN?', prefix: '+CPIN', priority: 'info' });
    return parse.parsePinState(lines[0] ?? '') ?? 'failed';
  } catch (error) {
    if (toAppError(error).code !== 'phone.refused') throw error;
    return conditionOfCme[cmeOf(error) ?? -1] ?? 'failed';
  }
}

async function readIccid(session: Commands, profile: PhoneProfile): Promise<string | null> {
  for (const command of profile.iccid) {
    const lines = await ask(session, command);
    const iccid = lines && parse.parseIccid(lines);
    if (iccid) return iccid;
  }
  return null;
}

/** The circuit-switched network first; LTE and IMS are asked only where it alone does not settle that calls are possible. */
async function askNetwork(session: Commands): Promise<NetworkView> {
  const one = async (prefix: string): Promise<ReturnType<typeof parseRegistration> | null> => {
    const lines = await ask(session, `AT${prefix}?`, prefix);
    return lines?.[0] ? parseRegistration(lines[0]) : null;
  };
  const circuit = await one('+CREG');
  if (settlesVoice(circuit)) return readNetwork(circuit, null, null);
  const packet = await one('+CEREG');
  const settled = readNetwork(circuit, packet, null);
  if (settled.voice === null) return settled;
  const ims = await ask(session, 'AT+CIREG?', '+CIREG');
  return readNetwork(circuit, packet, ims?.[0] ? parseImsVoice(ims[0]) : null);
}

/**
 * Looks at card, registration and signal. What seldom changes (card, own number, operator) is asked again only when the
 * card or its registration changed. Rejects when the modem is mute or lost.
 */
export async function readSim(session: Commands, profile: PhoneProfile, before: SimView): Promise<SimView> {
  const card = await readCardState(session);
  if (card === 'absent') return { ...unknownSim, condition: card };
  // The card tells its number also while it waits for its PIN (TS 31.102 §4.2: EF-ICCID is always readable).
  const iccid = before.condition !== 'absent' && before.iccid ? before.iccid : await readIccid(session, profile);
  if (card !== 'ready') return { ...unknownSim, condition: card, iccid };
  const sameCard = iccid !== null && iccid === before.iccid;
  const ownNumber = sameCard ? before.ownNumber : parse.parseOwnNumber((await ask(session, 'AT+CNUM', '+CNUM')) ?? []);
  const signal = await ask(session, 'AT+CSQ', '+CSQ');
  const { condition, voice } = await askNetwork(session);
  const registered = condition === 'ready' || condition === 'roaming';
  const known = sameCard && condition === before.condition ? before.operator : null;
  const operator = known ?? (registered ? await askOperator(session) : null);
  return { condition, iccid, ownNumber, operator, bars: signal?.[0] ? parse.parseSignalBars(signal[0]) : null, voice };
}

async function askOperator(session: Commands): Promise<string | null> {
  const lines = await ask(session, 'AT+COPS?', '+COPS', operatorTimeoutMs);
  const told = lines?.[0] ? parse.parseOperator(lines[0]) : null;
  return told === null ? null : readOperator(told);
}

/** PIN tries left by the make's counter; null = this modem cannot tell. */
export async function readPinTries(session: Commands, profile: PhoneProfile): Promise<number | null> {
  const lines = profile.pinCounter ? await ask(session, profile.pinCounter) : null;
  return lines ? parse.parsePinTries(lines) : null;
}
