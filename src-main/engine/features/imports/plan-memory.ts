import { z } from 'zod';
import { importPlan, type ImportPlan } from '#shared/desk-contract/areas/imports.ts';
import { duplicateKeys, headingsKey } from '#shared/domain/lead-import.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import type { PlanHints } from './sheet/sheet-desk.ts';

const key = 'imports.plans';
/** Kinds of sheets that a person has; the oldest is forgotten. */
const mostKept = 30;
const { mapping, keys, rule } = importPlan.shape;
const kept = z.object({ mappings: z.array(z.object({ heads: z.string(), mapping })), keys, rule });
const nothing: z.output<typeof kept> = { mappings: [], keys: [...duplicateKeys], rule: 'skip' };

/** How the person has mapped sheets, and what they chose last. */
export class PlanMemory {
  private readonly store: KeyValueStore;

  constructor(store: KeyValueStore) {
    this.store = store;
  }

  hints(): PlanHints {
    const { mappings, ...choices } = this.read();
    return { mappings: Object.fromEntries(mappings.map((one) => [one.heads, one.mapping])), ...choices };
  }

  keep(heads: readonly string[], plan: ImportPlan): void {
    const mine = headingsKey(heads);
    const others = this.read().mappings.filter((one) => one.heads !== mine);
    const mappings = [...others, { heads: mine, mapping: plan.mapping }].slice(-mostKept);
    this.store.set(key, JSON.stringify({ mappings, keys: plan.keys, rule: plan.rule } satisfies z.input<typeof kept>));
  }

  private read(): z.output<typeof kept> {
    try {
      return kept.parse(JSON.parse(this.store.get(key) ?? 'null'));
    } catch {
      return nothing;
    }
  }
}
