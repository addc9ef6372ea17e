import { every, type Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { voiceQuality, type MediaCounts, type VoiceQuality } from '#shared/domain/voice-quality.ts';

/**
 *   flowing ──no packet for 3 s──▶ silent ──▶ (a new way is looked for) ──20 s──▶ dead
 *      ▲                              │
 *      └───────── a packet ───────────┘
 *
 * A call that the other side has put on hold sends nothing and is not silent.
 */
export type MediaFlow = 'flowing' | 'silent' | 'dead';

export interface MediaReading {
  readonly flow: MediaFlow;
  readonly quality: VoiceQuality;
}

export interface MediaWatchDeps {
  readonly clock: Clock;
  /** Null = the browser has nothing to count (yet). */
  readonly counts: () => Promise<MediaCounts | null>;
  /** Sound is meant to come in. */
  readonly expected: () => boolean;
  readonly onReading: (reading: MediaReading) => void;
}

const everyMs = 1_000;
const silentMs = 3_000;
const deadMs = 20_000;

/** Looks once a second at what comes in: "established" is a word of the signalling alone (research/sip §6.11). */
export class MediaWatch implements Disposable {
  private readonly deps: MediaWatchDeps;
  private readonly timer: Disposable;
  private last: MediaCounts | null = null;
  private lastPacketAt: number;
  private over = false;

  constructor(deps: MediaWatchDeps) {
    this.deps = deps;
    this.lastPacketAt = deps.clock.mono();
    this.timer = every(deps.clock, everyMs, () => void this.look());
  }

  dispose(): void {
    this.over = true;
    this.timer.dispose();
  }

  private async look(): Promise<void> {
    const { clock, counts, expected, onReading } = this.deps;
    const now = await counts();
    if (this.over || !now) return;
    const moved = now.packetsReceived !== (this.last?.packetsReceived ?? 0);
    if (moved || !expected()) this.lastPacketAt = clock.mono();
    const quiet = clock.mono() - this.lastPacketAt;
    const flow = quiet >= deadMs ? 'dead' : quiet >= silentMs ? 'silent' : 'flowing';
    const quality = voiceQuality(this.last, now);
    this.last = now;
    onReading({ flow, quality });
  }
}

/** Of a browser's peer connection. Chromium has the round trip only once the other side has reported. */
export async function countsOf(peer: RTCPeerConnection): Promise<MediaCounts | null> {
  let inbound: RTCInboundRtpStreamStats | null = null;
  let roundTripS: number | null = null;
  for (const report of (await peer.getStats()).values() as Iterable<RTCStats>) {
    if (report.type === 'inbound-rtp') inbound = report as RTCInboundRtpStreamStats;
    if (report.type === 'remote-inbound-rtp')
      roundTripS = (report as RTCStats & { roundTripTime?: number }).roundTripTime ?? null;
  }
  if (!inbound) return null;
  return {
    packetsReceived: inbound.packetsReceived ?? 0,
    packetsLost: inbound.packetsLost ?? 0,
    jitterMs: inbound.jitter === undefined ? null : inbound.jitter * 1000,
    roundTripMs: roundTripS === null ? null : roundTripS * 1000,
  };
}
