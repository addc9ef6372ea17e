import type { Clock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import type { AtSession } from '../at/at-session.ts';
import { UssdDialog, type UssdReply } from '../at/ussd-dialog.ts';
import type { SimHolder } from './sim-holder.ts';
import type { SimStack } from './sim-stack.ts';

/**
 * The USSD dialogs of a phone: one per SIM stack, as long as its modem's session lives. Of one modem's stacks one talks at
 * a time: they share the character set that a dialog puts in force.
 */
export class UssdDesk {
  private readonly clock: Clock;
  private readonly dialogs = new WeakMap<AtSession, Map<SimStack, UssdDialog>>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  async send(holder: SimHolder | null, slot: number, text: string): Promise<UssdReply> {
    const live = holder?.modem.live;
    if (!holder || !live) throw new AppError('phone.not-ready', { slot });
    const { session, identity } = live;
    const dialogs = this.dialogs.get(session) ?? new Map<SimStack, UssdDialog>();
    this.dialogs.set(session, dialogs);
    for (const [stack, other] of dialogs) if (stack !== holder.stack && !other.isOver) throw new AppError('ussd.busy');
    const known = dialogs.get(holder.stack);
    const dialog = known ?? new UssdDialog(holder.stack.session(session, identity.profile), this.clock);
    dialogs.set(holder.stack, dialog);
    return dialog.send(text);
  }

  async cancel(holder: SimHolder | null): Promise<void> {
    const session = holder?.modem.live?.session;
    if (holder && session) await this.dialogs.get(session)?.get(holder.stack)?.cancel();
  }
}
