/** What a phone counts of the sound that comes in, since the call began. */
export interface MediaCounts {
  readonly packetsReceived: number;
  readonly packetsLost: number;
  /** Of the arrival of packets (RFC 3550 §6.4.1); null = not known. */
  readonly jitterMs: number | null;
  /** There and back; null = not known. */
  readonly roundTripMs: number | null;
}

/** What of it came between two readings, about a second apart. */
export interface MediaSpan {
  readonly received: number;
  readonly lost: number;
  readonly jitterMs: number | null;
  readonly roundTripMs: number | null;
}

export const mediaFlows = ['flowing', 'silent', 'dead'] as const;
/**
 *   flowing ──no packet for 3 s──▶ silent ──▶ (a new way is looked for) ──20 s──▶ dead
 *      ▲                              │
 *      └───────── a packet ───────────┘
 *
 * A call that is on hold, by whichever side, sends nothing and is not silent.
 */
export type MediaFlow = (typeof mediaFlows)[number];

export interface MediaReading extends MediaSpan {
  readonly flow: MediaFlow;
  /** Since the last packet, while some should have come. */
  readonly quietMs: number;
}

export interface VoiceQuality {
  readonly roundTripMs: number | null;
  readonly jitterMs: number | null;
  /** Of the packets that should have come in this span; null = none should have. */
  readonly lossPercent: number | null;
  /** 1 (unusable) to 4.5, estimated; null = nothing came. */
  readonly mos: number | null;
}

/** G.113 appendix I for G.711 with loss concealment, losses at random: each per cent costs about four points of R. */
const lossRobustness = 25.1;
const worstImpairment = 95;
/** Sampling, packets of 20 ms, and a jitter buffer of about twice the jitter. */
const fixedDelayMs = 40;
/** R of a perfect narrow-band line (G.107 §7.1). */
const bestR = 93.2;

/** A count that went back (another stream took the place of the first) tells nothing of that span. */
export function spanBetween(before: MediaCounts | null, now: MediaCounts): MediaSpan {
  const received = now.packetsReceived - (before?.packetsReceived ?? 0);
  const lost = now.packetsLost - (before?.packetsLost ?? 0);
  const { jitterMs, roundTripMs } = now;
  return { received: Math.max(0, received), lost: received < 0 ? 0 : Math.max(0, lost), jitterMs, roundTripMs };
}

/**
 * How a call was heard in a span. The estimate is the E-model's (ITU-T G.107) with what a browser can measure: delay and
 * loss; echo and noise are taken as none.
 */
export function voiceQuality({ received, lost, jitterMs, roundTripMs }: MediaSpan): VoiceQuality {
  const expected = received + lost;
  const lossPercent = expected === 0 ? null : (100 * lost) / expected;
  const delayMs = fixedDelayMs + (roundTripMs ?? 0) / 2 + 2 * (jitterMs ?? 0);
  const mos = lossPercent === null || received === 0 ? null : mosOf(bestR - ofDelay(delayMs) - ofLoss(lossPercent));
  return { roundTripMs, jitterMs, lossPercent, mos };
}

/** G.107 §7.4, as simplified by Cole and Rosenbluth (2001): talking over each other begins at about 180 ms. */
const ofDelay = (ms: number): number => 0.024 * ms + (ms > 177.3 ? 0.11 * (ms - 177.3) : 0);

/** G.107 §7.5 with a packet-loss robustness and no burstiness. */
const ofLoss = (percent: number): number => (worstImpairment * percent) / (percent + lossRobustness);

/** G.107 annex B. */
function mosOf(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}
