import { sleep, type Clock } from '#shared/base/clock.ts';
import { AppError, describeError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { SimCondition } from '#shared/domain/vocabulary.ts';
import { parseSlot } from '../at/answers.ts';
import type { SlotSwitchProfile } from '../profiles/profile.ts';
import { sendRestart } from './send-restart.ts';
import type { SimHolder } from './sim-holder.ts';

interface SwitchDeps {
  /** The stack that the card comes to. */
  readonly holder: SimHolder;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Called right before each command that moves the switch, the way back included. */
  readonly spend: () => void;
}

const lookMs = 500;

/** Which slot this stack's switch is on; null = the make cannot tell, or not now. */
export async function readSlot({ modem, stack }: SimHolder): Promise<number | null> {
  const { live } = modem;
  const query = live && stack.slotSwitch(live.identity.profile)?.query;
  if (!live || !query) return null;
  try {
    return parseSlot(await live.session.send({ text: query, priority: 'info' }), stack.row);
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code !== 'phone.refused') throw error;
    return null;
  }
}

/**
 * Brings the card of another slot to a SIM stack as a transaction (research/hardware 1.7, case 32): command, card there,
 * registered, or back to where it was. The radio restarts meanwhile, and the port may even vanish: that is expected here.
 * A card that asks for its PIN counts as arrived, or nobody could ever enter it. A refused command has moved nothing, and
 * needs no way back. Where the modem's other stack takes a call meanwhile, the transaction waits until it is over: nothing
 * is asked in a call, and no make moves a card in one.
 * Rejects with `sim.absent` (empty slot) or `sim.switch-failed`, the old slot restored; where even that did not work the
 * details say `backFailed`.
 */
export async function switchSlot(from: number | null, to: number, deps: SwitchDeps): Promise<void> {
  const { modem, stack } = deps.holder;
  const slots = modem.live && stack.slotSwitch(modem.live.identity.profile);
  if (!slots) throw new AppError('sim.switch-failed', { slot: to, reason: 'no slot switch' });
  const oldCard = modem.sim(stack).iccid;
  try {
    await sendSelect(to, slots, deps);
    modem.forgetSim(stack);
    await waitForCard(to, (iccid) => iccid !== oldCard, slots, deps);
    await waitForNetwork(to, slots, deps);
  } catch (thrown) {
    const error = toAppError(thrown);
    deps.logger.log('warn', 'slot-switch-failed', { slot: to, reason: describeError(error) });
    const stays = error.code === 'phone.refused' || from === null || from === to || modem.disposed;
    const back = stays || (await goBack(from, oldCard, slots, deps));
    const details =
      error.code === 'sim.absent' || error.code === 'sim.switch-failed'
        ? error.details
        : { slot: to, reason: error.code };
    const code = error.code === 'sim.absent' ? error.code : 'sim.switch-failed';
    throw new AppError(code, { ...details, ...(back ? {} : { backFailed: true }) }, error);
  }
}

async function sendSelect(slot: number, slots: SlotSwitchProfile, { holder, spend }: SwitchDeps): Promise<void> {
  const { live } = holder.modem;
  if (!live) throw new AppError('phone.not-ready');
  spend();
  const text = slots.select.replace('{slot}', String(slot));
  await sendRestart(live.session, { text, priority: 'call', timeoutMs: slots.selectTimeoutMs });
}

/**
 * OK to the switch command says that it was understood: for a while the old card still answers. What counts is the slot
 * that the phone reports, where it can, and the card's own number. A card whose number cannot be read is believed only
 * where the phone says that it stands at that slot.
 */
async function waitForCard(
  slot: number,
  isIt: (iccid: string) => boolean,
  slots: SlotSwitchProfile,
  deps: SwitchDeps,
): Promise<void> {
  const { modem, stack } = deps.holder;
  let deadline = deps.clock.mono() + slots.cardTimeoutMs;
  // "Absent" right after the switch may be a card that is not powered yet: believed when seen twice in a row.
  let absent = 0;
  let reason: string;
  for (;;) {
    deadline += await callIsOver(deps);
    const place = await whereItStands(slot, deps);
    const condition = place === 'elsewhere' ? 'unknown' : await look(deps);
    reason = condition;
    const { iccid } = modem.sim(stack);
    absent = condition === 'absent' ? absent + 1 : 0;
    if (absent >= 2) throw new AppError('sim.absent', { slot });
    if (condition !== 'unknown' && condition !== 'absent' && condition !== 'failed') {
      if (iccid === null ? place === 'there' : isIt(iccid)) return;
      reason = 'unverified';
      modem.forgetSim(stack);
    }
    if (deps.clock.mono() >= deadline) throw new AppError('sim.switch-failed', { slot, reason });
    await sleep(deps.clock, lookMs);
  }
}

/**
 * Resolves once no call keeps the modem busy, with the time in ms that it took. Rejects where nobody waits for this card
 * any more: the settings name another phone now, or the program ends.
 */
async function callIsOver({ holder: { modem }, clock }: SwitchDeps): Promise<number> {
  const began = clock.mono();
  while (modem.busy && !modem.disposed) await sleep(clock, lookMs);
  if (modem.disposed) throw new AppError('phone.lost');
  return clock.mono() - began;
}

/** What the phone says of its switch; `untold` where the make cannot. A modem on its way back is nowhere yet. */
async function whereItStands(slot: number, { holder, logger }: SwitchDeps): Promise<'there' | 'elsewhere' | 'untold'> {
  try {
    const told = await readSlot(holder);
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

async function waitForNetwork(slot: number, slots: SlotSwitchProfile, deps: SwitchDeps): Promise<void> {
  const { clock } = deps;
  let deadline = clock.mono() + slots.registrationTimeoutMs;
  for (;;) {
    deadline += await callIsOver(deps);
    const condition = await look(deps);
    if (registered.has(condition)) return;
    if (clock.mono() >= deadline || condition === 'denied')
      throw new AppError('sim.switch-failed', { slot, reason: condition });
    await sleep(clock, lookMs);
  }
}

/** The card's condition; `unknown` while the modem is on its way back. */
async function look({ holder: { modem, stack }, logger }: SwitchDeps): Promise<SimCondition> {
  try {
    await modem.refresh(stack);
    return modem.sim(stack).condition;
  } catch (error) {
    logger.log('debug', 'switch-look-failed', { reason: describeError(error) });
    return 'unknown';
  }
}

/** @returns whether the card that was left is in use again */
async function goBack(slot: number, card: string | null, slots: SlotSwitchProfile, deps: SwitchDeps): Promise<boolean> {
  const { clock } = deps;
  const { modem, stack } = deps.holder;
  const deadline = clock.mono() + slots.cardTimeoutMs;
  try {
    // The radio may be in the middle of the restart that the failed switch began.
    while (!modem.live && !modem.disposed && clock.mono() < deadline) await sleep(clock, lookMs);
    await callIsOver(deps);
    await sendSelect(slot, slots, deps);
    modem.forgetSim(stack);
    await waitForCard(slot, (iccid) => card === null || iccid === card, slots, deps);
    return true;
  } catch (error) {
    deps.logger.log('error', 'slot-switch-back-failed', { slot, reason: describeError(error) });
    return false;
  }
}
