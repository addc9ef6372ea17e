import type { QueueSource } from '#shared/desk-contract/areas/dial-queue.ts';
import type { StandingFacts } from '#shared/domain/dial-gate.ts';
import type { PoolRules } from '#shared/domain/pool-rules.ts';
import { QueueChoice, type ChoiceRules, type ChosenLeads } from '#shared/domain/queue-choice.ts';
import type { LeadListing } from '../leads/index.ts';

/** Whom a queue of `source` would call. */
export interface QueueAsk {
  readonly source: QueueSource;
  readonly rules: ChoiceRules;
  /** By which leads are taken back, which is a suggestion; null = none is. */
  readonly poolRules: PoolRules | null;
  /** Lead ids of those who are in the queue already. */
  readonly queued: readonly string[];
}

/** How many leads of the source have been looked at. */
export interface ChoiceProgress {
  readonly looked: number;
  readonly of: number;
}

export interface ChoiceReads {
  readonly leads: Pick<LeadListing, 'rowsOf' | 'callees' | 'names'>;
  /** As the dial gate would find it now. */
  readonly standing: (e164: string) => StandingFacts;
}

/** Someone who looks through lists beside the loop on which calls run. */
export interface QueueChoosing {
  choose(
    ask: QueueAsk,
    progress: (now: ChoiceProgress) => void,
  ): {
    readonly answer: Promise<ChosenLeads>;
    /** Nobody wants it any more; `answer` rejects with `cancelled`. */
    giveUp(): void;
  };
}

const part = 200;

/**
 * The order of the list is that of its first moment; who was deleted meanwhile is passed over. Between two parts whoever runs this
 * can do other things, or give up.
 */
export function* chooseLeads(ask: QueueAsk, { leads, standing }: ChoiceReads): Generator<ChoiceProgress, ChosenLeads> {
  const rows = leads.rowsOf(ask.source, ask.poolRules);
  const numbers = [...leads.names(ask.queued).values()].flatMap(({ phone }) => phone ?? []);
  const choice = new QueueChoice(ask.rules, { leadIds: ask.queued, numbers }, standing);
  let looked = 0;
  while (looked < rows.length && !choice.isFull) {
    const taken = rows.subarray(looked, looked + part);
    for (const callee of leads.callees(taken)) {
      if (choice.isFull) break;
      choice.take(callee);
    }
    looked += taken.length;
    yield { looked, of: rows.length };
  }
  return choice.result(rows.length);
}
