import { AppError, toAppError } from '#shared/base/errors.ts';
import { cmeOf } from '../at/at-command.ts';
import type { SimHolder } from './sim-holder.ts';
import { readCardState, readPinTries } from './sim-monitor.ts';

/**
 * Gives the card its PIN, once. The tries left are read before; the last one is never spent, because after it the card
 * wants the PUK, which nobody at a desk has. A modem that cannot tell the tries gets one attempt per card.
 * Rejects with `sim.absent`, `sim.pin-wrong` (details `triesLeft`), `sim.puk-required` or `sim.failed`.
 */
export async function enterPin(holder: SimHolder, slot: number, pin: string, blindTries: Set<string>): Promise<void> {
  const { modem, stack } = holder;
  const { live } = modem;
  if (!live) throw modem.problem ?? new AppError('phone.not-ready', { slot });
  const { profile } = live.identity;
  const session = stack.session(live.session, profile);
  const state = await readCardState(session);
  if (state === 'ready') return;
  if (state === 'absent') throw new AppError('sim.absent', { slot });
  if (state === 'puk-required') throw new AppError('sim.puk-required', { slot });
  if (state !== 'pin-required') throw new AppError('sim.failed', { slot });
  const tries = await readPinTries(session, profile);
  if (tries !== null && tries <= 1) throw new AppError('sim.pin-wrong', { slot, triesLeft: tries, kept: true });
  if (tries === null) {
    const card = `${slot}:${modem.sim(stack).iccid ?? ''}`;
    if (blindTries.has(card)) throw new AppError('sim.pin-wrong', { slot, triesLeft: null, kept: true });
    blindTries.add(card);
  }
  try {
    await session.send({ text: `AT+CPIN="${pin}"`, priority: 'call' });
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code !== 'phone.refused') throw error;
    // The screen shows the tries that are left now; the refusal is told whatever becomes of this look.
    await modem.refresh(stack).catch(() => undefined);
    if (cmeOf(error) === 12) throw new AppError('sim.puk-required', { slot });
    if (cmeOf(error) === 13) throw new AppError('sim.failed', { slot });
    throw new AppError('sim.pin-wrong', { slot, triesLeft: tries === null ? null : tries - 1 });
  }
  await modem.refresh(stack);
}
