import type { SomeLeads } from '#shared/desk-contract/areas/leads.ts';
import type { CheckWish } from '#shared/desk-contract/areas/number-checks.ts';
import { checkable, checkHolds, mostCheckedLeads, type CheckProviderKind } from '#shared/domain/number-check.ts';
import { nextTurn } from '../../next-turn.ts';
import type { LeadsService } from '../leads/index.ts';

export type CheckLeads = Pick<LeadsService, 'find' | 'pick'>;

/** A number, and a lead that has it. */
export interface CheckItem {
  readonly leadId: string;
  readonly number: string;
}

export interface Choice {
  readonly leads: number;
  readonly cut: boolean;
  readonly numbers: number;
  readonly contactNumbers: number;
  readonly without: number;
  readonly waiting: number;
  readonly fresh: number;
  readonly unsupported: number;
  /** To be asked for, each number once. */
  readonly ask: readonly CheckItem[];
}

/** Looked at in one turn of the loop. */
const atOnce = 100;

/** Ids of the leads that are meant, in the order of their list, and whether there are more than one run takes. */
async function leadsOf(what: SomeLeads, leads: CheckLeads): Promise<{ ids: readonly string[]; cut: boolean }> {
  if (what.of === 'leads') return { ids: [...new Set(what.ids)], cut: false };
  const { leads: found, total } = await leads.pick(what, mostCheckedLeads);
  return { ids: found.map(({ id }) => id), cut: total > mostCheckedLeads };
}

/** What a wish comes to, by what this desk knows of the leads. @param now ms */
export async function choose(
  { what, contacts, force }: CheckWish,
  kind: CheckProviderKind,
  leads: CheckLeads,
  now: number,
): Promise<Choice> {
  const { ids, cut } = await leadsOf(what, leads);
  const seen = new Map<string, 'fresh' | 'unsupported' | 'ask'>();
  const [ask, others] = [[] as CheckItem[], new Set<string>()];
  let [found, without, waiting] = [0, 0, 0];
  for (const [at, id] of ids.entries()) {
    // Calls run on this loop: it is not held for two thousand.
    if (at > 0 && at % atOnce === 0) await nextTurn();
    const lead = leads.find(id);
    if (!lead) continue;
    found += 1;
    const extra = lead.contacts.map(({ phone }) => phone).filter((phone) => phone !== '' && phone !== lead.phone);
    for (const number of extra) others.add(number);
    const numbers = [...(lead.phone === null ? [] : [lead.phone]), ...(contacts ? extra : [])];
    if (numbers.length === 0) without += 1;
    // The cloud does not know it, nor whose number that is.
    else if (lead.waiting) waiting += 1;
    else
      for (const number of numbers) {
        if (seen.has(number)) continue;
        const last = lead.checks.find((one) => one.number === number);
        const holds = last !== undefined && checkHolds(last.state, last.at, now);
        const can = checkable(number, kind);
        // A malformed number is seen for nothing; that it is one does not change.
        const how = can === 'unsupported' ? can : holds && !(force && can === 'yes') ? 'fresh' : 'ask';
        seen.set(number, how);
        if (how === 'ask') ask.push({ leadId: id, number });
      }
  }
  const how = [...seen.values()];
  const countOf = (one: (typeof how)[number]): number => how.filter((each) => each === one).length;
  return {
    ...{ leads: found, cut, without, waiting, ask },
    numbers: seen.size,
    contactNumbers: others.size,
    fresh: countOf('fresh'),
    unsupported: countOf('unsupported'),
  };
}
