import type { PhoneShape } from '#shared/desk-contract/areas/phone.ts';
import type { StackNumber } from '../at/urc-router.ts';
import type { LiveModem } from './live-modem.ts';
import type { Modem } from './modem.ts';
import type { SimHolder } from './sim-holder.ts';
import type { SimView } from './sim-monitor.ts';

/** A slot switch that is under way. */
export interface SlotChange {
  readonly holder: SimHolder;
  /** Null = it was not known which slot the stack had. */
  readonly from: number | null;
  readonly to: number;
}

/**
 * Which slots are where: which modem and stack has each, which one a person chose last, and which cards were seen behind
 * the slot switch. Without a switch slot n is at modem n, always.
 */
export class SlotBoard {
  readonly shape: PhoneShape | null;
  /** One of the live ones. */
  activeSlot: number | null;
  change: SlotChange | null = null;
  /** Cards behind the slot switch that were seen before; they cannot be asked now. */
  readonly remembered = new Map<number, SimView>();
  private readonly modems: readonly Modem[];
  /** Behind a switch, by stack; null = not known yet. */
  private readonly stackSlots: (number | null)[];
  /** The bring-up whose slots were taken over: later on a switch of ours knows better. */
  private knownLive: LiveModem | null = null;
  private lastUsed: number | null = null;

  constructor(shape: PhoneShape | null, modems: readonly Modem[]) {
    this.shape = shape;
    this.modems = modems;
    this.activeSlot = shape === 'modem-per-sim' ? 1 : null;
    this.stackSlots = this.behindSwitch?.stacks.map(() => null) ?? [];
  }

  /** Slots whose cards can be asked and dialled by now, ascending. */
  get live(): readonly number[] {
    if (!this.behindSwitch) return this.modems.map((_, index) => index + 1);
    return this.stackSlots.filter((slot) => slot !== null).toSorted((a, b) => a - b);
  }

  /** The modem that all slots share; null where each has its own, and where there is none. */
  get behindSwitch(): Modem | null {
    return this.shape === 'modem-per-sim' ? null : (this.modems[0] ?? null);
  }

  /** Whose matter this slot is, whether its card is there now or not. */
  modemOf(slot: number): Modem | null {
    return this.behindSwitch ?? this.modems[slot - 1] ?? null;
  }

  /** Who has this slot's card now; null = nobody, it is behind the switch. */
  holderOf(slot: number): SimHolder | null {
    const modem = this.modemOf(slot);
    const index = this.behindSwitch ? this.stackSlots.indexOf(slot) : 0;
    const stack = modem?.stacks[index];
    return modem && stack ? { modem, stack } : null;
  }

  /** The slot that a modem's stack serves. */
  slotOf(modem: Modem, stack: StackNumber): number | null {
    return this.behindSwitch ? (this.stackSlots[stack - 1] ?? null) : this.modems.indexOf(modem) + 1 || null;
  }

  /** A person chose it. */
  choose(slot: number): void {
    this.activeSlot = slot;
    this.lastUsed = slot;
  }

  /** A call goes by it. */
  use(slot: number): void {
    this.lastUsed = slot;
  }

  /**
   * A slot switch begins: at the modem's one stack, or of two at the one without a card, else at the one that was used last
   * by neither a call nor a choice.
   */
  begin(modem: Modem, to: number): SlotChange {
    const { stacks } = modem;
    const empty = stacks.find((stack) => modem.sim(stack).condition === 'absent');
    const idle = stacks.find(({ number }) => this.slotOf(modem, number) !== this.lastUsed);
    const stack = empty ?? idle ?? stacks[0];
    this.change = { holder: { modem, stack }, from: this.slotOf(modem, stack.number), to };
    return this.change;
  }

  /** Who asked for the card wants to call by it. */
  arrived({ holder, to }: SlotChange): void {
    this.change = null;
    this.place(holder.stack.number, to);
    this.choose(to);
  }

  /** @param slot that the stack has now; null = nobody can say, most likely the one before */
  failed({ holder }: SlotChange, slot: number | null): void {
    this.change = null;
    if (slot !== null) this.place(holder.stack.number, slot);
  }

  /** After every change of a modem. */
  follow(modem: Modem): void {
    if (modem !== this.behindSwitch) return;
    const { live } = modem;
    if (live && live !== this.knownLive && !this.change) {
      this.knownLive = live;
      for (const { number } of modem.stacks)
        this.place(number, live.identity.slots[number - 1] ?? this.slotOf(modem, number) ?? number);
    }
    for (const stack of modem.stacks) {
      const slot = this.slotOf(modem, stack.number);
      const sim = modem.sim(stack);
      if (slot !== null && sim.condition !== 'unknown' && this.change?.holder.stack !== stack)
        this.remembered.set(slot, sim);
    }
  }

  /** One slot is at one stack: where the other one was thought to have it, that is not known any more. */
  private place(stack: StackNumber, slot: number): void {
    this.stackSlots.forEach((other, index) => {
      if (other === slot) this.stackSlots[index] = null;
    });
    this.stackSlots[stack - 1] = slot;
    if (this.activeSlot === null || !this.live.includes(this.activeSlot)) this.choose(this.live[0] ?? slot);
  }
}
