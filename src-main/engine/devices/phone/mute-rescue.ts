import type { AppError } from '#shared/base/errors.ts';
import type { Transport } from '../face.ts';

/** A modem that stays mute when its port was closed and opened again needs more than that. */
const resetAfter = 2;

/**
 * Silent death (research/hardware case 5): the port is open and nothing answers. First it is closed and opened again; when
 * that did not help the make's own reset is written into the silence, once. Never where it was silent in a call: the call
 * may go on in the phone, and a reset would end it.
 */
export class MuteRescue {
  private mute = 0;
  private inCall = false;

  /** @param wasBusy a call was on it */
  noteDrop(error: AppError, wasBusy: boolean): void {
    this.inCall ||= wasBusy;
    if (error.code === 'phone.not-answering' || error.code === 'phone.not-a-phone') this.mute += 1;
  }

  noteReady(): void {
    this.mute = 0;
    this.inCall = false;
  }

  /** @param reset of the modem that was here before; null = unknown, or the make has none */
  async opened(at: Transport, reset: string | null): Promise<void> {
    if (reset === null || this.inCall || this.mute !== resetAfter) return;
    await at.write(Buffer.from(`${reset}\r`, 'latin1'));
  }
}
