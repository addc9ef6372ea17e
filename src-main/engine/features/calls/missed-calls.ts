import type { Clock } from '#shared/base/clock.ts';
import { Emitter } from '#shared/base/emitter.ts';
import type { KeyValueStore } from '#engine/database/key-value.ts';
import type { CallLookups } from './call-lookups.ts';

const key = 'calls.missed-seen';

export interface MissedCallsDeps {
  readonly clock: Clock;
  readonly lookups: CallLookups;
  /** Of the signed-in person. */
  readonly store: KeyValueStore;
  readonly employee: () => { readonly id: string } | null;
}

/** 未接来电 that the person has not seen yet. What was missed before they first sat down here is no news. */
export class MissedCalls {
  readonly changed = new Emitter<void>();
  private readonly deps: MissedCallsDeps;

  constructor(deps: MissedCallsDeps) {
    this.deps = deps;
  }

  unseen(): number {
    const employee = this.deps.employee();
    return employee ? this.deps.lookups.missedSince(employee.id, this.seenAt) : 0;
  }

  /** The list of calls is before their eyes. */
  see(): void {
    if (this.unseen() === 0) return;
    this.deps.store.set(key, String(this.now));
    this.changed.emit();
  }

  private get seenAt(): number {
    const kept = Number(this.deps.store.get(key) ?? Number.NaN);
    if (Number.isFinite(kept)) return kept;
    const { now } = this;
    this.deps.store.set(key, String(now));
    return now;
  }

  private get now(): number {
    return Math.round(this.deps.clock.now());
  }
}
