import type { Clock } from '#shared/base/clock.ts';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import { SerialLook } from '#shared/base/serial-look.ts';
import type { DeviceChoice } from './ranked-device.ts';

/** Something that plays, and can be told where. */
export interface Player {
  /** @param deviceId null = the system's own choice @throws where the device is gone */
  playOn(deviceId: string | null): Promise<void>;
  setSilent(silent: boolean): void;
}

interface OutputPlacerDeps {
  readonly clock: Clock;
  /** Where to play now; null = nowhere, or not known yet. */
  readonly output: () => Promise<DeviceChoice | null>;
}

/** A device that has just been plugged in may not play yet. */
const againMs = 1_000;
/** One that does not answer keeps nobody from another one. */
const patienceMs = 3_000;

/**
 * Keeps what plays on the output that is wanted: at its beginning, when devices come and go, and when another is chosen. Silent
 * until it is there, since the system's choice may be the phone's own card, and silent where there is no output.
 */
export class OutputPlacer implements Disposable {
  private readonly deps: OutputPlacerDeps;
  /** Where each is: an id, null = the system's choice, undefined = nowhere yet. */
  private readonly players = new Map<Player, string | null | undefined>();
  private readonly looking = new SerialLook((isNewest) => this.placeAll(isNewest));
  private timer: Disposable | null = null;

  constructor(deps: OutputPlacerDeps) {
    this.deps = deps;
  }

  add(player: Player): Disposable {
    player.setSilent(true);
    this.players.set(player, undefined);
    this.look();
    return disposable(() => this.players.delete(player));
  }

  /** Devices, or what is wanted of them, may have changed. */
  readonly look = (): void => {
    if (this.players.size > 0) this.looking.again();
  };

  dispose(): void {
    this.players.clear();
    this.timer?.dispose();
  }

  private async placeAll(isNewest: () => boolean): Promise<void> {
    this.timer?.dispose();
    const choice = await this.deps.output();
    if (!isNewest()) return;
    const id = choice === 'system' ? null : choice?.id;
    for (const [player, at] of this.players) if (id !== at) await this.place(player, id);
  }

  private async place(player: Player, id: string | null | undefined): Promise<void> {
    if (id === undefined) player.setSilent(true);
    else
      try {
        await this.inTime(player.playOn(id));
        player.setSilent(false);
      } catch {
        this.timer?.dispose();
        this.timer = this.deps.clock.after(againMs, this.look);
        return;
      }
    if (this.players.has(player)) this.players.set(player, id);
  }

  private inTime(playing: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.deps.clock.after(patienceMs, () => reject(new Error('the output does not answer')));
      playing.finally(() => timer.dispose()).then(resolve, reject);
    });
  }
}
