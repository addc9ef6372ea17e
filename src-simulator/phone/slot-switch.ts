import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import type { Faults } from './faults.ts';
import type { Modem } from './modem/modem.ts';
import type { SimCard } from './sim-card.ts';

interface SwitchDeps {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly slotCount: number;
  readonly card: (slot: number) => SimCard | null;
  readonly setPlugged: (plugged: boolean) => void;
}

/** The switch between one modem and the five card holders: which slot each of its SIM stacks (one or two) has. */
export class SlotSwitch {
  private readonly deps: SwitchDeps;
  /** By stack; slot n for stack n at first. */
  private readonly slots: number[];
  private readonly underWay: (Disposable | null)[];
  private modem: Modem | null = null;

  constructor(stackCount: number, deps: SwitchDeps) {
    this.deps = deps;
    this.slots = Array.from({ length: stackCount }, (_, stack) => stack + 1);
    this.underWay = this.slots.map(() => null);
  }

  attach(modem: Modem): void {
    this.modem = modem;
  }

  slotOf(stack: number): number {
    return this.slots[stack] ?? 1;
  }

  /** @returns null for a slot that no stack has, or one whose switch is under way */
  stackOf(slot: number): number | null {
    const stack = this.slots.indexOf(slot);
    return stack < 0 || this.underWay[stack] ? null : stack;
  }

  select(stack: number, slot: number): void {
    const { faults, clock, card, setPlugged } = this.deps;
    const arrived = this.arriving(stack, slot);
    if (arrived !== null) this.slots[stack] = arrived;
    this.underWay[stack]?.dispose();
    const change = this.modem?.changeCard(stack, () => {
      this.underWay[stack] = null;
      return arrived === null ? null : card(arrived);
    });
    this.underWay[stack] = change ?? null;
    if (!faults.on('switch-unplugs')) return;
    setPlugged(false);
    clock.after(faults.amount('switch-unplugs'), () => setPlugged(true));
  }

  /** The slot that a switch really ends in; null = no card at all. */
  private arriving(stack: number, wanted: number): number | null {
    const { faults, slotCount, card } = this.deps;
    if (faults.on('switch-lost')) return null;
    if (faults.on('switch-fails')) return this.slotOf(stack);
    if (!faults.on('switch-wrong')) return wanted;
    const others = [1, 2, 3, 4].map((step) => ((wanted - 1 + step) % slotCount) + 1);
    return others.find((slot) => card(slot) !== null && !this.slots.includes(slot)) ?? wanted;
  }
}
