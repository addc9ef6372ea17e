import type { Clock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import { switchBudget, type SwitchBudget } from '#shared/domain/switch-budget.ts';
import type { PhoneRules } from '../face.ts';
import type { Modem } from './modem.ts';

/** Counts one phone's changes of card against what its make allows. By IMEI where the phone tells it, else by its port. */
export class SwitchCounter {
  private readonly device: string;
  private readonly limit: number | null;
  private readonly rules: PhoneRules;
  private readonly clock: Clock;

  constructor({ live, portName, stacks }: Modem, rules: PhoneRules, clock: Clock) {
    this.device = live?.identity.imei ?? portName;
    this.limit = (live && stacks[0].slotSwitch(live.identity.profile)?.dailyLimit) ?? null;
    this.rules = rules;
    this.clock = clock;
  }

  get budget(): SwitchBudget {
    return switchBudget(this.rules.switches(this.device), this.limit, this.clock.now());
  }

  /** @throws AppError `sim.switch-budget` with `limit` and `nextAt` */
  check(slot: number): void {
    const { left, nextAt } = this.budget;
    if (left > 0) return;
    throw new AppError('sim.switch-budget', { slot, limit: this.limit, nextAt });
  }

  /** One more is about to be asked of the phone, a way back included: what may wear it is counted whether it works or not. */
  spend(): void {
    if (this.limit !== null) this.rules.noteSwitch(this.device, this.clock.now());
  }
}
