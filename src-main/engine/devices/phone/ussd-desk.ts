import type { Clock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import type { AtSession } from '../at/at-session.ts';
import { UssdDialog, type UssdReply } from '../at/ussd-dialog.ts';
import type { Modem } from './modem.ts';

/** The USSD dialogs of a phone: one per modem, as long as its session lives. */
export class UssdDesk {
  private readonly clock: Clock;
  private readonly dialogs = new WeakMap<AtSession, UssdDialog>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  async send(modem: Modem | null, slot: number, text: string): Promise<UssdReply> {
    if (!modem?.live) throw new AppError('phone.not-ready', { slot });
    return this.dialogOf(modem.live.session).send(text);
  }

  async cancel(modem: Modem | null): Promise<void> {
    const session = modem?.live?.session;
    if (session) await this.dialogs.get(session)?.cancel();
  }

  private dialogOf(session: AtSession): UssdDialog {
    const known = this.dialogs.get(session);
    if (known) return known;
    const made = new UssdDialog(session, this.clock);
    this.dialogs.set(session, made);
    return made;
  }
}
