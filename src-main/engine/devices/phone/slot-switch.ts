import { sleep, type Clock } from '#shared/base/clock.ts';
import { AppError, describeError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { parseSlot } from '../at/answers.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import type { Modem } from './modem.ts';

type Slots = NonNullable<PhoneProfile['slots']>;

interface SwitchDeps {
  readonly modem: Modem;
  readonly clock: Clock;
  readonly logger: Logger;
}

const lookMs = 500;

/** Which slot the switch is on; null = the make cannot tell, or not now. */
async function readActiveSlot({ live }: Modem): Promise<number | null> {
  const query = live?.identity.profile.slots?.query;
  if (!live || !query) return null;
  try {
    return parseSlot(await live.session.send({ text: query, priority: 'info' }));
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code !== 'phone.refused') throw error;
    return null;
  }
}

/**
 * Moves the 5:1 switch as a transaction (research/hardware 1.7, case 32): command, card there, registered, or back to
 * where it was. The radio restarts meanwhile, and the port may even vanish: that is expected here. A card that asks for
 * its PIN counts as arrived, or nobody could ever enter it.
 * Rejects with `sim.absent` (empty slot) or `sim.switch-failed`, the old slot restored as far as the phone lets us.
 */
export async function switchSlot(from: number | null, to: number, deps: SwitchDeps): Promise<void> {
  const slots = deps.modem.live?.identity.profile.slots;
  if (!slots) throw new AppError('sim.switch-failed', { slot: to, reason: 'no slot switch' });
  try {
    await moveTo(to, slots, deps);
  } catch (thrown) {
    const error = toAppError(thrown);
    deps.logger.log('warn', 'slot-switch-failed', { slot: to, reason: describeError(error) });
    if (from !== null && from !== to && !deps.modem.disposed) await goBack(from, slots, deps);
    if (error.code === 'sim.absent' || error.code === 'sim.switch-failed') throw error;
    throw new AppError('sim.switch-failed', { slot: to, reason: error.code }, error);
  }
}

async function moveTo(slot: number, slots: Slots, deps: SwitchDeps): Promise<void> {
  const oldCard = deps.modem.sim.iccid;
  await sendSelect(slot, slots, deps);
  deps.modem.forgetSim();
  await waitForCard(slot, oldCard, slots, deps);
  await waitForNetwork(slot, slots, deps);
}

async function sendSelect(slot: number, slots: Slots, { modem }: SwitchDeps): Promise<void> {
  const { live } = modem;
  if (!live) throw new AppError('phone.not-ready');
  try {
    const text = slots.select.replace('{slot}', String(slot));
    await live.session.send({ text, priority: 'call', timeoutMs: slots.selectTimeoutMs });
  } catch (thrown) {
    // A modem that restarts at once takes its OK with it; what follows shows whether it switched.
    const error = toAppError(thrown);
    if (error.code !== 'phone.lost') throw error;
  }
}

/**
 * OK to the switch command says that it was understood: for a while the old card still answers. What counts is the slot
 * that the phone reports, where it can, and a card that is not the old one.
 */
async function waitForCard(slot: number, oldCard: string | null, slots: Slots, deps: SwitchDeps): Promise<void> {
  const deadline = deps.clock.mono() + slots.cardTimeoutMs;
  // "Absent" right after the switch may be a card that is not powered yet: believed when seen twice in a row.
  let absent = 0;
  for (;;) {
    checkStillOurs(deps);
    const condition = (await isElsewhere(slot, deps)) ? 'unknown' : await look(deps);
    const { iccid } = deps.modem.sim;
    absent = condition === 'absent' ? absent + 1 : 0;
    if (absent >= 2) throw new AppError('sim.absent', { slot });
    if (condition !== 'unknown' && condition !== 'absent' && condition !== 'failed') {
      if (iccid === null || iccid !== oldCard) return;
      deps.modem.forgetSim();
    }
    if (deps.clock.mono() >= deadline) throw new AppError('sim.switch-failed', { slot, reason: condition });
    await sleep(deps.clock, lookMs);
  }
}

/** The settings may name another phone now, or the program ends: nobody waits for this card any more. */
function checkStillOurs({ modem }: SwitchDeps): void {
  if (modem.disposed) throw new AppError('phone.lost');
}

async function isElsewhere(slot: number, { modem, logger }: SwitchDeps): Promise<boolean> {
  try {
    const told = await readActiveSlot(modem);
    return told !== null && told !== slot;
  } catch (error) {
    logger.log('debug', 'switch-look-failed', { reason: describeError(error) });
    return true;
  }
}

async function waitForNetwork(slot: number, slots: Slots, deps: SwitchDeps): Promise<void> {
  const { clock } = deps;
  const deadline = clock.mono() + slots.registrationTimeoutMs;
  for (;;) {
    checkStillOurs(deps);
    const condition = await look(deps);
    if (condition !== 'unknown' && condition !== 'searching' && condition !== 'denied') return;
    if (clock.mono() >= deadline || condition === 'denied')
      throw new AppError('sim.switch-failed', { slot, reason: condition });
    await sleep(clock, lookMs);
  }
}

/** The card's condition; `unknown` while the modem is on its way back. */
async function look({ modem, logger }: SwitchDeps): Promise<Modem['sim']['condition']> {
  try {
    await modem.refresh();
    return modem.sim.condition;
  } catch (error) {
    logger.log('debug', 'switch-look-failed', { reason: describeError(error) });
    return 'unknown';
  }
}

async function goBack(slot: number, slots: Slots, deps: SwitchDeps): Promise<void> {
  const { clock, modem } = deps;
  const deadline = clock.mono() + slots.cardTimeoutMs;
  try {
    // The radio may be in the middle of the restart that the failed switch began.
    while (!modem.live && !modem.disposed && clock.mono() < deadline) await sleep(clock, lookMs);
    await sendSelect(slot, slots, deps);
    modem.forgetSim();
    await waitForCard(slot, null, slots, deps);
  } catch (error) {
    deps.logger.log('error', 'slot-switch-back-failed', { slot, reason: describeError(error) });
  }
}
