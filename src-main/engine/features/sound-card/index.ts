import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import type { soundCardArea } from '#shared/desk-contract/areas/sound-card.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { EngineContext } from '../../context.ts';
import type { SoundCardLink } from '../../devices/index.ts';

export interface SoundCardDeps {
  readonly context: Pick<EngineContext, 'clock'>;
  readonly link: SoundCardLink;
  readonly settings: { current(): Settings; onChange(listener: (settings: Settings) => void): Disposable };
  /** A call of the desk phone is under way, in whatever state. */
  readonly inCall: () => boolean;
  readonly onCallsChanged: (listener: () => void) => Disposable;
}

export interface SoundCardFeature extends Disposable {
  readonly handlers: Handlers<typeof soundCardArea>;
  readonly sources: Sources<typeof soundCardArea>;
}

/** Joins the windows with the phone's sound card: which card, when it is wanted, and its frames both ways. */
export function createSoundCard({ context, link, settings, ...calls }: SoundCardDeps): SoundCardFeature {
  const bag = new DisposeBag();
  const follow = ({ phone }: Settings): void => link.setUsbId(phone.kind === 'usb' ? phone.usbId : null);
  follow(settings.current());
  bag.add(settings.onChange(follow));
  bag.add(calls.onCallsChanged(() => link.setInCall(calls.inCall())));
  return {
    handlers: {
      'soundCard.report': (report, { peer }) => {
        link.reported(peer.id, report);
        return null;
      },
      'soundCard.heard': ({ pcm, playedAfterMs }, { peer }) => {
        const taken = link.heard(peer.id, Buffer.from(pcm, 'base64'), playedAfterMs);
        return { at: context.clock.mono(), taken };
      },
    },
    sources: {
      'soundCard.state': (_args, sink, { peer }) => {
        const window = link.attach(peer.id, (state) => sink.item(state));
        return () => window.dispose();
      },
      'soundCard.uplink': (_args, sink, { peer }) => {
        let mark = 0;
        const taking = link.listen(peer.id, ({ at, pcm }) => {
          mark += 1;
          sink.item({ at, pcm: Buffer.from(pcm).toString('base64') }, mark);
        });
        return () => taking.dispose();
      },
    },
    dispose: () => bag.dispose(),
  };
}
