import { voiceQuality, type MediaReading } from './voice-quality.ts';

export const qualityLevels = ['good', 'fair', 'poor'] as const;
export type QualityLevel = (typeof qualityLevels)[number];

/** Mean and worst of a figure over a call. */
export interface Spread {
  readonly mean: number;
  readonly max: number;
  /** In which it was known. */
  readonly seconds: number;
}

/** 通话质量: how one call was heard at its desk, as its record keeps it. */
export interface CallQuality {
  /** Seconds in which sound came in and was measured. */
  readonly seconds: number;
  /** Seconds in which some should have come, and for 3 s or longer none did. */
  readonly silentSeconds: number;
  /** Seconds that the dock called poor, silent ones left out. */
  readonly poorSeconds: number;
  /** 1 to 4.5: the mean, and the lowest mean of five seconds; null = nothing ever came. */
  readonly mos: { readonly mean: number; readonly min: number } | null;
  /** Packets; those that a silence swallowed are counted by its seconds. */
  readonly received: number;
  readonly lost: number;
  /** Null = nobody has told. */
  readonly jitterMs: Spread | null;
  readonly roundTripMs: Spread | null;
}

/** How a call is heard just now: what the dock shows. */
export interface LiveQuality {
  /** Null = not known: just answered, on hold, or silent. */
  readonly level: QualityLevel | null;
  /** Poor for so long that the person should do something about it. */
  readonly warn: boolean;
  readonly silent: boolean;
  /** Since the last packet, while some should have come. */
  readonly quietMs: number;
  /** Of the last five seconds; null = nothing came. */
  readonly mos: number | null;
  readonly lossPercent: number | null;
  readonly jitterMs: number | null;
  readonly roundTripMs: number | null;
}

/** What is known of a call's sound so far, all that the next reading needs. */
export interface QualityLog {
  readonly call: CallQuality;
  readonly live: LiveQuality;
  /** Seconds with sound, the oldest first: at most `windowLength`. */
  readonly recent: readonly MediaReading[];
  /** On end. */
  readonly poorFor: number;
}

/** One second is chance: the badge, and the worst of a call, go by the mean of five. */
const windowLength = 5;
/** Seconds of poor before a person is told to do something. */
const warnAfter = 3;
/**
 * G.107 annex B: R 80 and 70, below which some, and many, people are not content (G.109 table 1). What has fallen below a
 * bound has to rise by `margin` above it, or a badge on the edge would flicker.
 */
const leastMos = { good: 4.03, fair: 3.6 } as const;
const margin = 0.1;

const nothing: CallQuality = {
  seconds: 0,
  silentSeconds: 0,
  poorSeconds: 0,
  mos: null,
  received: 0,
  lost: 0,
  jitterMs: null,
  roundTripMs: null,
};
const unknown: LiveQuality = {
  level: null,
  warn: false,
  silent: false,
  quietMs: 0,
  mos: null,
  lossPercent: null,
  jitterMs: null,
  roundTripMs: null,
};

/** @param call what was known before this program started, for a call that it took over */
export const beginQuality = (call: CallQuality | null = null): QualityLog => ({
  call: call ?? nothing,
  live: unknown,
  recent: [],
  poorFor: 0,
});

/** The log after one more second. */
export function withReading(log: QualityLog, reading: MediaReading): QualityLog {
  if (reading.flow !== 'flowing') return silentSecond(log, reading);
  // A gap of a second or two is told by the loss that follows it; without a gap the call is on hold.
  if (reading.received === 0 && reading.quietMs > 0) return { ...log, live: { ...log.live, quietMs: reading.quietMs } };
  if (reading.received === 0) return beginQuality(log.call);
  // What a silence swallowed shows as lost in the second that ends it.
  const heard = log.live.silent ? { ...reading, lost: 0 } : reading;
  const recent = [...log.recent, heard].slice(-windowLength);
  const quality = voiceQuality(together(recent, heard));
  const level = levelAfter(log.live.level, quality.mos);
  const poorFor = level === 'poor' ? log.poorFor + 1 : 0;
  const warn = poorFor >= warnAfter;
  return {
    call: withSecond(log.call, heard, level, quality.mos ?? 1, recent.length === windowLength),
    live: { ...quality, level, warn, silent: false, quietMs: reading.quietMs },
    recent,
    poorFor,
  };
}

/** Whether there is anything to keep: of a call that was on hold from its first second on nothing is known. */
export const isMeasured = ({ seconds, silentSeconds }: CallQuality): boolean => seconds + silentSeconds > 0;

/** One word for a whole call. A tenth of it that could not be understood makes it a poor one, whatever the mean says. */
export function levelOfCall({ seconds, silentSeconds, poorSeconds, mos }: CallQuality): QualityLevel {
  const bad = silentSeconds + poorSeconds;
  if (!mos || mos.mean < leastMos.fair || bad * 10 > seconds + silentSeconds) return 'poor';
  return mos.mean < leastMos.good || bad > 0 ? 'fair' : 'good';
}

/** Of what should have come, in per cent. */
export const lossOf = ({ received, lost }: Pick<CallQuality, 'received' | 'lost'>): number =>
  received + lost === 0 ? 0 : (100 * lost) / (received + lost);

function silentSecond(log: QualityLog, { quietMs }: MediaReading): QualityLog {
  // That it is a silence shows in its third second, and those before were part of it.
  const seconds = log.live.silent ? 1 : Math.round(quietMs / 1000);
  const call = { ...log.call, silentSeconds: log.call.silentSeconds + seconds };
  return { call, live: { ...unknown, silent: true, quietMs }, recent: [], poorFor: 0 };
}

/** @param recentMos of the window, @param whole which is five seconds long */
function withSecond(
  call: CallQuality,
  second: MediaReading,
  level: QualityLevel | null,
  recentMos: number,
  whole: boolean,
): CallQuality {
  const own = voiceQuality(second).mos ?? 1;
  const seconds = call.seconds + 1;
  const min = call.mos?.min ?? recentMos;
  return {
    ...call,
    seconds,
    poorSeconds: call.poorSeconds + (level === 'poor' ? 1 : 0),
    mos: {
      mean: meanWith(call.mos?.mean ?? own, own, seconds),
      // A call that is shorter than the window has the mean of all of it.
      min: seconds <= windowLength ? recentMos : whole ? Math.min(min, recentMos) : min,
    },
    received: call.received + second.received,
    lost: call.lost + second.lost,
    jitterMs: spreadWith(call.jitterMs, second.jitterMs),
    roundTripMs: spreadWith(call.roundTripMs, second.roundTripMs),
  };
}

const meanWith = (mean: number, value: number, count: number): number => mean + (value - mean) / count;

function spreadWith(before: Spread | null, value: number | null): Spread | null {
  if (value === null) return before;
  const seconds = (before?.seconds ?? 0) + 1;
  return {
    mean: meanWith(before?.mean ?? value, value, seconds),
    max: Math.max(before?.max ?? value, value),
    seconds,
  };
}

/** Several seconds as one; delays are those of the last. */
function together(seconds: readonly MediaReading[], last: MediaReading): MediaReading {
  const sum = (of: 'received' | 'lost'): number => seconds.reduce((total, one) => total + one[of], 0);
  return { ...last, received: sum('received'), lost: sum('lost') };
}

function levelAfter(before: QualityLevel | null, mos: number | null): QualityLevel | null {
  if (mos === null) return null;
  const needed = (level: 'good' | 'fair'): number =>
    leastMos[level] + (before !== null && rank[before] > rank[level] ? margin : 0);
  if (mos >= needed('good')) return 'good';
  return mos >= needed('fair') ? 'fair' : 'poor';
}

const rank: Readonly<Record<QualityLevel, number>> = { good: 0, fair: 1, poor: 2 };
