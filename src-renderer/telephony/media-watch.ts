import { every, type Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { spanBetween, type MediaCounts, type MediaReading } from '#shared/domain/voice-quality.ts';

export interface MediaWatchDeps {
  readonly clock: Clock;
  readonly counts: () => Promise<MediaCounts>;
  /** Sound is meant to come in. */
  readonly expected: () => boolean;
  readonly onReading: (reading: MediaReading) => void;
}

const everyMs = 1_000;
const silentMs = 3_000;
const deadMs = 20_000;
/** Who slept (a lid, a page put aside) has not listened: of the time since the last look no more than this counts as silence. */
const mostBetweenLooksMs = silentMs;

/** Looks once a second at what comes in: "established" is a word of the signalling alone (research/sip §6.11). */
export class MediaWatch implements Disposable {
  private readonly deps: MediaWatchDeps;
  private readonly timer: Disposable;
  private last: MediaCounts | null = null;
  private lastLookAt: number;
  private quietMs = 0;
  private over = false;

  constructor(deps: MediaWatchDeps) {
    this.deps = deps;
    this.lastLookAt = deps.clock.mono();
    this.timer = every(deps.clock, everyMs, () => void this.look());
  }

  dispose(): void {
    this.over = true;
    this.timer.dispose();
  }

  private async look(): Promise<void> {
    const { clock, counts, expected, onReading } = this.deps;
    const now = await counts();
    if (this.over) return;
    const moved = now.packetsReceived !== (this.last?.packetsReceived ?? 0);
    const sinceMs = clock.mono() - this.lastLookAt;
    this.lastLookAt += sinceMs;
    this.quietMs = moved || !expected() ? 0 : this.quietMs + Math.min(sinceMs, mostBetweenLooksMs);
    const { quietMs } = this;
    const flow = quietMs >= deadMs ? 'dead' : quietMs >= silentMs ? 'silent' : 'flowing';
    const span = spanBetween(this.last, now);
    this.last = now;
    onReading({ ...span, flow, quietMs });
  }
}

interface InboundStats extends RTCInboundRtpStreamStats {
  readonly lastPacketReceivedTimestamp?: number;
}

/**
 * Of a browser's peer connection. All streams that ever came in are added up: after the other end has become another one
 * (transfer) Chromium keeps the former's count beside the new one's. The round trip is RTCP's, to the other end; where that
 * reports nothing it is ICE's, to the relay. Before the first packet there is nothing to count, which is none: a call that
 * is silent from its first second on is to be noticed, too.
 */
export async function countsOf(peer: Pick<RTCPeerConnection, 'getStats'>): Promise<MediaCounts> {
  const inbound: InboundStats[] = [];
  const roundTrips: { rtcp?: number | undefined; ice?: number | undefined } = {};
  for (const report of (await peer.getStats()).values() as Iterable<RTCStats>) {
    if (report.type === 'inbound-rtp') inbound.push(report as InboundStats);
    if (report.type === 'remote-inbound-rtp')
      roundTrips.rtcp = (report as RTCStats & { roundTripTime?: number }).roundTripTime;
    const pair = report.type === 'candidate-pair' ? (report as RTCIceCandidatePairStats) : null;
    if (pair?.nominated) roundTrips.ice = pair.currentRoundTripTime;
  }
  const newest = inbound.toSorted(
    (a, b) => (b.lastPacketReceivedTimestamp ?? 0) - (a.lastPacketReceivedTimestamp ?? 0),
  )[0];
  const sum = (of: (one: InboundStats) => number | undefined): number =>
    inbound.reduce((total, one) => total + (of(one) ?? 0), 0);
  return {
    packetsReceived: sum((one) => one.packetsReceived),
    packetsLost: sum((one) => one.packetsLost),
    jitterMs: inMs(newest?.jitter),
    roundTripMs: inMs(roundTrips.rtcp ?? roundTrips.ice),
  };
}

const inMs = (seconds: number | undefined): number | null => (seconds === undefined ? null : seconds * 1000);
