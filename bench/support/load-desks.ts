import { join } from 'node:path';
import { openChild } from './child.ts';
import type { LoadPerson } from './load-process.ts';

/** A call as it is when it is over. */
export const lastRev = 2;

export interface DesksQuestion {
  /** `yields`: takes what of the machine the cloud leaves: elsewhere these desks are machines of their own */
  readonly open?: { readonly url: string; readonly people: readonly LoadPerson[]; readonly yields: boolean };
  /** Each desk makes a call every `everyMs`, for `seconds`. */
  readonly work?: { readonly everyMs: number; readonly seconds: number };
}

export interface DesksWork {
  readonly calls: number;
  /** From each request to its answer, ms. */
  readonly pushes: readonly number[];
  readonly pulls: number;
  /** In the log's words, with how often. */
  readonly complaints: readonly (readonly [string, number])[];
  /** Calls of which not all has arrived. */
  readonly waiting: number;
  /** Processor time of the work, ms. */
  readonly usedMs: number;
}

export interface DesksAnswer {
  readonly opened?: true;
  readonly worked?: DesksWork;
}

export interface LoadDesks {
  work(everyMs: number, seconds: number): Promise<DesksWork>;
  close(): Promise<void>;
}

/** What lives for some seconds is to die young: collecting the garbage of two thousand machines at once is nobody's work but ours. */
const optionsOfMany = ['--min-semi-space-size=384', '--max-semi-space-size=384'];

/** load-desks-main.ts as a process, with a desk for each of these people. */
export async function openLoadDesks(
  url: string,
  people: readonly LoadPerson[],
  size: 'few' | 'many',
): Promise<LoadDesks> {
  const file = join(import.meta.dirname, 'load-desks-main.ts');
  const child = openChild<DesksQuestion, DesksAnswer>(file, [], size === 'many' ? optionsOfMany : []);
  await child.ask({ open: { url, people, yields: size === 'many' } });
  return {
    async work(everyMs, seconds) {
      const { worked } = await child.ask({ work: { everyMs, seconds } });
      if (!worked) throw new Error('desks: no answer to their work');
      return worked;
    },
    close: () => child.close(),
  };
}
