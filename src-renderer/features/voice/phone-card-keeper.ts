import type { Disposable } from '#shared/base/dispose.ts';
import type { SoundCardReport, SoundCardState } from '#shared/desk-contract/areas/sound-card.ts';
import type { Desk } from '#renderer/app/desk.ts';
import { base64FromBytes, bytesFromBase64 } from '#renderer/ui/base64.ts';
import { browserClock } from '#renderer/ui/clock.ts';
import { EngineClock } from './logic/engine-clock.ts';
import { FrameSender } from './logic/frame-sender.ts';
import { matchCard, type FoundCard, type Listed, type PickedCard } from './logic/match-card.ts';
import { bytesOfSamples, samplesOfBytes } from '#renderer/telephony/sound/pcm16.ts';
import {
  askForMicrophone,
  listedDevices,
  openPhoneCard,
  SoundBlocked,
  type CardFrame,
  type OpenCard,
} from './phone-card.ts';
import { microphoneProblem } from './logic/microphone-problem.ts';
import { unlessSilent } from './logic/unless-silent.ts';

export type CardTrouble = Extract<SoundCardReport, { state: 'away' }>['trouble'];

export interface CardView {
  /** What the browser lists; null = not looked, or names are hidden. */
  readonly there: Listed | null;
  readonly found: FoundCard | null;
  readonly trouble: CardTrouble | null;
}

interface KeeperDeps {
  readonly desk: Desk;
  /** What the person has picked for this phone. */
  readonly picked: (device: string) => PickedCard | null;
  readonly changed: (view: CardView) => void;
}

/** Another program has it: nobody tells when it lets go. */
const busyAgainMs = 5_000;

/**
 * Serves the phone's sound card as the engine asks for it: looks for it, says what came of that, opens it while sound is
 * wanted, and carries its frames. One search at a time; what changes meanwhile is looked at after it.
 */
export class PhoneCardKeeper implements Disposable {
  private readonly deps: KeeperDeps;
  private readonly clock = new EngineClock();
  private state: SoundCardState | null = null;
  private view: CardView = { there: null, found: null, trouble: null };
  private open: OpenCard | null = null;
  private uplink: Disposable | null = null;
  private again: Disposable | null = null;
  private looking = false;
  private lookAgain = false;
  private frames: FrameSender;
  private over = false;

  constructor(deps: KeeperDeps) {
    this.deps = deps;
    this.frames = this.newSender();
    navigator.mediaDevices.addEventListener('devicechange', this.look);
    // The click that a browser wants before a page may make sound.
    addEventListener('pointerdown', this.clicked);
    addEventListener('keydown', this.clicked);
  }

  /** The engine's word; each of them wants an answer. */
  follow(state: SoundCardState): void {
    this.state = state;
    this.look();
  }

  /** Something has changed: devices, the person's choice, the engine's wish. */
  readonly look = (): void => {
    this.lookAgain = true;
    if (!this.looking) void this.lookOnceMore();
  };

  dispose(): void {
    this.over = true;
    navigator.mediaDevices.removeEventListener('devicechange', this.look);
    removeEventListener('pointerdown', this.clicked);
    removeEventListener('keydown', this.clicked);
    this.again?.dispose();
    this.shut();
  }

  private readonly clicked = (): void => {
    if (this.view.trouble === 'blocked') this.look();
  };

  private async lookOnceMore(): Promise<void> {
    this.looking = true;
    while (this.lookAgain && !this.over) {
      this.lookAgain = false;
      this.again?.dispose();
      await this.lookNow();
    }
    this.looking = false;
  }

  private async lookNow(): Promise<void> {
    const { state } = this;
    const wanted = state?.wanted;
    if (!state || !wanted) {
      this.shut();
      return this.show({ there: null, found: null, trouble: null });
    }
    const there = await unlessSilent(browserClock, listed()).catch(() => 'silent' as const);
    if (there === 'silent') return this.hearsNothing();
    const match = there && matchCard(there, wanted, this.deps.picked(wanted.device));
    if (!match || typeof match === 'string') return this.tell(there, null, match ?? 'denied');
    // Whether another program has let go of it is only known by opening it.
    const probe = this.view.trouble === 'busy' && !state.active;
    if (!state.serving || !(state.active || probe)) {
      this.shut();
      return this.tell(there, match, null);
    }
    const trouble = await this.opened(match);
    if (probe) this.shut();
    this.tell(there, match, trouble);
  }

  /** A card that is open and sounds is not given up for a list that does not come. */
  private hearsNothing(): void {
    if (this.open) this.lookLater();
    else this.tell(this.view.there, null, 'busy');
  }

  private lookLater(): void {
    this.again = browserClock.after(busyAgainMs, this.look);
  }

  /** Says what has become of the search; a card that does not open is as good as away. */
  private tell(there: Listed | null, found: FoundCard | null, trouble: CardTrouble | null): void {
    if (trouble) this.shut();
    if (trouble === 'busy') this.lookLater();
    this.show({ there, found, trouble });
    if (!this.state?.serving) return;
    const report: SoundCardReport =
      found && !trouble
        ? { state: 'found', input: found.input.label, output: found.output.label }
        : { state: 'away', trouble: trouble ?? 'missing' };
    void this.deps.desk.attempt('soundCard.report', report);
  }

  private async opened(card: FoundCard): Promise<CardTrouble | null> {
    if (this.open?.card.input.id === card.input.id && this.open.card.output.id === card.output.id) return null;
    this.shut();
    try {
      const asked = openPhoneCard(
        card,
        (frame) => this.heard(frame),
        () => this.gone(),
      );
      const opened = await unlessSilent(browserClock, asked, (late) => late.close());
      if (this.over) opened.close();
      else this.join(opened);
      return null;
    } catch (thrown) {
      return thrown instanceof SoundBlocked ? 'blocked' : microphoneProblem(thrown);
    }
  }

  private join(opened: OpenCard): void {
    this.open = opened;
    this.frames = this.newSender();
    this.uplink = this.deps.desk.listen('soundCard.uplink', null, ({ at, pcm }) =>
      opened.play({ at, samples: samplesOfBytes(bytesFromBase64(pcm)) }),
    );
  }

  private gone(): void {
    this.shut();
    this.look();
  }

  private heard({ both, sentAt }: CardFrame): void {
    this.frames.send((now) => {
      const there = this.clock.at(now);
      const playedAfterMs = sentAt === null || there === null ? null : there - sentAt;
      const pcm = base64FromBytes(bytesOfSamples(both));
      return this.deps.desk.attempt('soundCard.heard', { pcm, playedAfterMs });
    });
  }

  /** What an earlier card's frames are still owed does not count against this one's. */
  private newSender(): FrameSender {
    return new FrameSender(this.clock, () => browserClock.mono());
  }

  private shut(): void {
    this.uplink?.dispose();
    this.uplink = null;
    this.open?.close();
    this.open = null;
  }

  private show(view: CardView): void {
    this.view = view;
    this.deps.changed(view);
  }
}

/** Null = the right to a microphone was refused. */
async function listed(): Promise<Listed | null> {
  const named = await listedDevices();
  if (named) return named;
  try {
    await askForMicrophone();
  } catch {
    return null;
  }
  return listedDevices();
}
