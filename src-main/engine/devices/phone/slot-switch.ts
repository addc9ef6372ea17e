import { sleep, type Clock } from '#shared/base/clock.ts';
import { AppError, describeError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { SimCondition } from '#shared/domain/vocabulary.ts';
import { parseSlot } from '../at/answers.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import type { Modem } from './modem.ts';

type Slots = NonNullable<PhoneProfile['slots']>;

interface SwitchDeps {
  readonly modem: Modem;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called right before each command that moves the switch, the way back included. */
  readonly spend: () => void;
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
 * Rejects with `sim.absent` (empty slot) or `sim.switch-failed`, the old slot restored; where even that did not work the
 * details say `backFailed`.
 */
export async function switchSlot(from: number | null, to: number, deps: SwitchDeps): Promise<void> {
  const slots = deps.modem.live?.identity.profile.slots;
  if (!slots) throw new AppError('sim.switch-failed', { slot: to, reason: 'no slot switch' });
  const oldCard = deps.modem.sim.iccid;
  try {
    await sendSelect(to, slots, deps);
    deps.modem.forgetSim();
    await waitForCard(to, (iccid) => iccid !== oldCard, slots, deps);
    await waitForNetwork(to, slots, deps);
  } catch (thrown) {
    const error = toAppError(thrown);
    deps.logger.log('warn', 'slot-switch-failed', { slot: to, reason: describeError(error) });
    const back = from === null || from === to || deps.modem.disposed || (await goBack(from, oldCard, slots, deps));
    const details =
      error.code === 'sim.absent' || error.code === 'sim.switch-failed'
        ? error.details
        : { slot: to, reason: error.code };
    const code = error.code === 'sim.absent' ? error.code : 'sim.switch-failed';
    throw new AppError(code, { ...details, ...(back ? {} : { backFailed: true }) }, error);
  }
}

async function sendSelect(slot: number, slots: Slots, { modem, spend }: SwitchDeps): Promise<void> {
  const { live } = modem;
  if (!live) throw new AppError('phone.not-ready');
  spend();
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
 * that the phone reports, where it can, and the card's own number. A card whose number cannot be read is believed only
 * where the phone says that it stands at that slot.
 */
async function waitForCard(
  slot: number,
  isIt: (iccid: string) => boolean,
  slots: Slots,
  deps: SwitchDeps,
): Promise<void> {
  const deadline = deps.clock.mono() + slots.cardTimeoutMs;
  // "Absent" right after the switch may be a card that is not powered yet: believed when seen twice in a row.
  let absent = 0;
  let reason: string;
  for (;;) {
    checkStillOurs(deps);
    const place = await whereItStands(slot, deps);
    const condition = place === 'elsewhere' ? 'unknown' : await look(deps);
    reason = condition;
    const { iccid } = deps.modem.sim;
    absent = condition === 'absent' ? absent + 1 : 0;
    if (absent >= 2) throw new AppError('sim.absent', { slot });
    if (condition !== 'unknown' && condition !== 'absent' && condition !== 'failed') {
      if (iccid === null ? place === 'there' : isIt(iccid)) return;
      reason = 'unverified';
      deps.modem.forgetSim();
    }
    if (deps.clock.mono() >= deadline) throw new AppError('sim.switch-failed', { slot, reason });
    await sleep(deps.clock, lookMs);
  }
}

/** The settings may name another phone now, or the program ends: nobody waits for this card any more. */
function checkStillOurs({ modem }: SwitchDeps): void {
  if (modem.disposed) throw new AppError('phone.lost');
}

/** What the phone says of its switch; `untold` where the make cannot. A modem on its way back is nowhere yet. */
async function whereItStands(slot: number, { modem, logger }: SwitchDeps): Promise<'there' | 'elsewhere' | 'untold'> {
  try {
    const told = await readActiveSlot(modem);
    if (told === null) return 'untold';
    return told === slot ? 'there' : 'elsewhere';
  } catch (error) {
    logger.log('debug', 'switch-look-failed', { reason: describeError(error) });
    return 'elsewhere';
  }
}

/** A card that asks for its PIN or cannot be read has arrived all the same: what is left to do is a person's. */
const registered: ReadonlySet<SimCondition> = new Set([
  'ready',
  'roaming',
  'pin-required',
  'puk-required',
  'failed',
  'absent',
]);

async function waitForNetwork(slot: number, slots: Slots, deps: SwitchDeps): Promise<void> {
  const { clock } = deps;
  const deadline = clock.mono() + slots.registrationTimeoutMs;
  for (;;) {
    checkStillOurs(deps);
    const condition = await look(deps);
    if (registered.has(condition)) return;
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

/** @returns whether the card that was left is in use again */
async function goBack(slot: number, card: string | null, slots: Slots, deps: SwitchDeps): Promise<boolean> {
  const { clock, modem } = deps;
  const deadline = clock.mono() + slots.cardTimeoutMs;
  try {
    // The radio may be in the middle of the restart that the failed switch began.
    while (!modem.live && !modem.disposed && clock.mono() < deadline) await sleep(clock, lookMs);
    await sendSelect(slot, slots, deps);
    modem.forgetSim();
    await waitForCard(slot, (iccid) => card === null || iccid === card, slots, deps);
    return true;
  } catch (error) {
    deps.logger.log('error', 'slot-switch-back-failed', { slot, reason: describeError(error) });
    return false;
  }
}
