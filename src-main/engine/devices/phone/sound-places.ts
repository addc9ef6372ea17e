import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import type { AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Transport } from '../face.ts';
import type { SoundCardLink } from '../sound-card/sound-card-link.ts';
import type { ModemIdentity } from './bring-up.ts';
import { SoundPort } from './sound-port.ts';

export interface SoundPlacesDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly makePcm: (() => Transport) | null;
  readonly soundCard: SoundCardLink | null;
  readonly onPortLost: (error: AppError) => void;
  /** The card is away: the phone itself is there. Never while the sound of a call is in use. */
  readonly onCardLost: () => void;
  /** What could not be opened may be there now. */
  readonly onChance: () => void;
}

/** Where the sound of a modem is found, by its profile: a port of its own, or a sound card that a window has. */
export class SoundPlaces implements Disposable {
  /** The card went, and what the modem was told for it has still to be taken back. */
  cardLost = false;
  private readonly deps: SoundPlacesDeps;
  private readonly port: SoundPort | null;
  private readonly card: SoundPort | null;
  private current: SoundPort | null = null;

  constructor(deps: SoundPlacesDeps) {
    const { clock, logger, makePcm, soundCard, onChance } = deps;
    this.deps = deps;
    this.port = makePcm && new SoundPort({ clock, logger, make: makePcm, onLost: deps.onPortLost, onChance });
    this.card =
      soundCard &&
      new SoundPort({
        clock,
        logger,
        make: () => soundCard.transport(),
        onLost: () => {
          this.cardLost = true;
          deps.onCardLost();
        },
        onChance,
      });
  }

  get problem(): AppError | null {
    return this.current?.problem ?? null;
  }

  /** For people, of what is in use; null = none. */
  get name(): string | null {
    if (this.current && this.current === this.card) return this.deps.soundCard?.name ?? null;
    return this.deps.makePcm?.().name ?? null;
  }

  /** Null where there is none, or `problem` says why. Never rejects. */
  async open({ profile, imei }: ModemIdentity): Promise<Transport | null> {
    const { sound, id } = profile;
    const { soundCard } = this.deps;
    if (sound?.kind === 'usb-audio') {
      const device = `${id}/${imei?.slice(-4) ?? ''}`;
      soundCard?.want(this, { device, inputs: sound.inputs, outputs: sound.outputs });
      this.current = this.card;
    } else {
      soundCard?.want(this, null);
      this.current = sound && this.port;
    }
    this.cardLost = false;
    return (await this.current?.open()) ?? null;
  }

  /** May be opened again. */
  close(): void {
    this.port?.close();
    this.card?.close();
    this.deps.soundCard?.want(this, null);
  }

  dispose(): void {
    this.close();
  }
}
