import { every } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import type { callsArea, SoundQuality } from '#shared/desk-contract/areas/calls.ts';
import { isMeasured } from '#shared/domain/call-quality.ts';
import type { Sources } from '#shared/desk-contract/kit.ts';
import type { EngineContext } from '#engine/context.ts';
import type { SoundCardLink } from '#engine/devices/index.ts';
import type { Headset } from './headset.ts';
import type { Lines } from './lines.ts';
import type { LiveCall, LiveCalls } from './live-calls.ts';
import { encodePcm } from './sound-stream.ts';

const qualityEveryMs = 1_000;

interface HeadsetSourceDeps {
  readonly context: EngineContext;
  readonly lines: Lines;
  readonly headset: Headset;
  readonly soundCard?: Pick<SoundCardLink, 'quality'>;
  readonly live: LiveCalls;
}

type HeadsetSources = Pick<Sources<typeof callsArea>, 'calls.headset' | 'calls.soundQuality'>;

/** What a window with a headset hears, and how well it goes. */
export function headsetSources(deps: HeadsetSourceDeps): HeadsetSources {
  const { context, lines, live } = deps;
  return {
    'calls.headset': ({ callId }, sink) => {
      let hearing: Disposable | null = null;
      let mark = 0;
      const begin = (): void => {
        const sound = live.get(callId)?.call.answered ? lines.sound(callId) : null;
        // Whoever has the handset hears the customer there.
        if (hearing || sound?.route !== 'headset') return;
        hearing = sound.onFrame(({ customer }) => {
          mark += 1;
          sink.item({ customer: encodePcm([customer]) }, mark);
        });
      };
      begin();
      const subscription = live.changed.on(begin);
      return () => {
        subscription.dispose();
        hearing?.dispose();
      };
    },
    'calls.soundQuality': (_args, sink) => {
      let last = '';
      const send = (): void => {
        const quality = qualityOf(deps);
        const text = JSON.stringify(quality);
        if (text !== last) sink.item(quality);
        last = text;
      };
      send();
      const subscriptions = [live.changed.on(send), every(context.clock, qualityEveryMs, send)];
      return () => subscriptions.forEach((one) => one.dispose());
    },
  };
}

/** Nothing of the call goes through us: it is spoken at the handset. */
const soundless = { route: 'handset', uplink: null, recordable: false } as const;

function qualityOf({ lines, headset, soundCard, live }: HeadsetSourceDeps): SoundQuality | null {
  const callId = live.main?.id;
  const sound = callId === undefined ? null : lines.sound(callId);
  if (!callId || !live.main?.call.answered) return null;
  const { route, uplink, recordable } = sound ?? soundless;
  const own = route === 'headset' ? headset : null;
  const card = soundCard?.quality ?? null;
  return {
    callId,
    route,
    heard: recordable,
    delayMs: together(own?.delayMs() ?? null, card?.delayMs ?? null),
    dropped: uplink?.dropped ?? 0,
    adjusted: uplink?.adjusted ?? 0,
    late: own?.late ?? 0,
    missing: own?.missing ?? 0,
    line: lineQuality(live.main),
    card: card && { away: card.away, gaps: card.gaps, lostMs: card.lostMs },
  };
}

/** Null where the channel measures nothing. */
function lineQuality({ quality: { call, live } }: LiveCall): SoundQuality['line'] {
  if (!isMeasured(call)) return null;
  const { quietMs, ...rest } = live;
  return { ...rest, quietMs: Math.round(quietMs) };
}

type Delay = SoundQuality['delayMs'];

/** Two stretches of one way. The sum of two 95 % is more than the whole way's: the honest side to be wrong on. */
const together = (toEngine: Delay, toCard: Delay): Delay =>
  toEngine && toCard ? { p50: toEngine.p50 + toCard.p50, p95: toEngine.p95 + toCard.p95 } : toEngine;
