import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { AgentVoice } from '#shared/domain/call-channel.ts';
import type { AtSession } from '../at/at-session.ts';
import type { Transport } from '../face.ts';
import type { SoundCardLink } from '../sound-card/sound-card-link.ts';
import type { ModemIdentity } from './bring-up.ts';
import { clipShelfOf, type ClipShelf } from './clip-shelf.ts';
import type { LiveModem, ModemView } from './live-modem.ts';
import { openCallSound, pcmFor, type PhoneCallSound } from './open-sound.ts';
import { SoundPlaces } from './sound-places.ts';
import { soundPlanOf } from './sound-plan.ts';
import { prepareSound } from './sound-setup.ts';

export interface ModemSoundDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly makePcm: (() => Transport) | null;
  /** A window's sound card, for makes that are one; null = nowhere. */
  readonly soundCard: SoundCardLink | null;
  /** The headset that the next call's agent speaks into; null = the phone's handset. */
  readonly voice: () => AgentVoice | null;
  /** The next call's opener, for a phone that must have it beforehand. */
  readonly clip: () => Int16Array | null;
  readonly modem: ModemView;
  /** What was opened for it is of no use any more: another connection has taken its place. */
  readonly isCurrent: (session: AtSession) => boolean;
  /** The port went without the modem. */
  readonly onPortLost: (error: AppError) => void;
  readonly changed: () => void;
}

/**
 * The sound of one modem's calls: where it is found, what the modem is told for it between calls, the openers that the
 * phone keeps itself. During a call it belongs to whoever `open`ed it.
 */
export class ModemSound implements Disposable {
  readonly clips: ClipShelf;
  private readonly deps: ModemSoundDeps;
  private readonly places: SoundPlaces;
  /** The last call's sound is put away: an ATD in between would have its own sound switched off. Never rejects. */
  private preparing: Promise<void> = Promise.resolve();
  /** Whose voice the modem's sound was made ready for; it stays so until the call is over. */
  private voice: AgentVoice | null = null;

  constructor(deps: ModemSoundDeps) {
    this.deps = deps;
    const { clock, logger, makePcm, soundCard, onPortLost } = deps;
    this.places = new SoundPlaces({
      clock,
      logger,
      makePcm,
      soundCard,
      onPortLost,
      onCardLost: () => this.onCardLost(),
      onChance: () => this.tryMissing(),
    });
    this.clips = clipShelfOf(deps.modem, deps, () => deps.changed());
  }

  /** Of what carries it, for people; null = nothing. */
  get name(): string | null {
    return this.places.name;
  }

  /** Why calls have neither opener nor recording, although the phone is set up for them; null = they have. */
  get problem(): AppError | null {
    return this.places.problem;
  }

  /** What the next call will have; null = no modem, nobody knows. */
  get plan(): ReturnType<typeof soundPlanOf> | null {
    const { live } = this.deps.modem;
    return live && soundPlanOf(live.identity.profile, this.deps.voice(), live.pcm !== null, this.clips.state);
  }

  /** Before the modem counts as ready. @returns the port or card, null = none. Rejects with `phone.lost` when the connection is another. */
  async bringUp(session: AtSession, identity: ModemIdentity): Promise<Transport | null> {
    const pcm = await this.find(session, identity);
    await this.tell({ session, identity, pcm });
    return pcm;
  }

  /** The modem is ready: what could not be had before is tried now. */
  modemReady(): void {
    if (this.problem) this.tryMissing();
    this.clips.look();
  }

  /** Before a call: ready, for the microphone that was chosen meanwhile. Never rejects. */
  async ready(): Promise<void> {
    await this.preparing;
    const { live } = this.deps.modem;
    if (!live || this.voice === this.deps.voice()) return;
    this.prepare(live);
    await this.preparing;
  }

  /** Of the call that was answered just now. Null when this phone's sound does not come to us. */
  open(): PhoneCallSound | null {
    const { clock, logger, modem } = this.deps;
    const { live } = modem;
    const nameOfClip = (clip: Int16Array): string => this.clips.nameOf(clip);
    return (
      live && openCallSound({ clock, logger, ...live, profile: live.identity.profile, voice: this.voice, nameOfClip })
    );
  }

  /** The call is over: ready for the next one. */
  afterCall(): void {
    const { live } = this.deps.modem;
    if (!live) return;
    if (this.places.cardLost) this.onCardLost();
    else if (this.problem) this.tryMissing();
    else this.prepare(live);
    this.clips.look();
  }

  /** May be brought up again. */
  close(): void {
    this.places.close();
  }

  dispose(): void {
    this.clips.dispose();
    this.places.dispose();
  }

  private prepare(live: LiveModem): void {
    this.preparing = this.tell(live).catch((error: unknown) => this.noteFailure(error));
  }

  private tell({ session, identity, pcm }: LiveModem): Promise<void> {
    this.voice = this.deps.voice();
    const port = pcm !== null && pcmFor(identity.profile, this.voice) !== null;
    return prepareSound(session, identity.profile, this.deps.logger, port);
  }

  private async find(session: AtSession, identity: ModemIdentity): Promise<Transport | null> {
    const pcm = await this.places.open(identity);
    if (this.deps.isCurrent(session)) return pcm;
    throw new AppError('phone.lost');
  }

  /** The phone itself is there. What it was told for the card is taken back first: else its handset would stay shut. */
  private onCardLost(): void {
    const { live, busy } = this.deps.modem;
    if (!live || busy) return;
    live.pcm = null;
    this.prepare(live);
    this.tryMissing();
  }

  /** In a call it must wait: the sound of a call is chosen at its answer, and a line that works is not to be disturbed. */
  private tryMissing(): void {
    const { live, busy } = this.deps.modem;
    if (!live || busy) return;
    this.preparing = this.preparing
      .then(() => this.find(live.session, live.identity))
      .then(async (pcm) => {
        live.pcm = pcm;
        this.deps.changed();
        if (pcm) await this.tell(live);
      })
      .catch((error: unknown) => this.noteFailure(error));
  }

  /** A lost or mute port is told by its own event; this only leaves a trace. */
  private noteFailure(error: unknown): void {
    this.deps.logger.log('debug', 'query-failed', { reason: describeError(error) });
  }
}
