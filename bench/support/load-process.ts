import { join } from 'node:path';
import type { Role } from '#shared/domain/vocabulary.ts';
import { openChild } from './child.ts';

export interface LoadPerson {
  readonly account: string;
  readonly password: string;
  readonly role: Role;
}
export type LoadQuestion = { readonly ask: 'usage' } | { readonly ask: 'calls'; readonly rev: number };
export interface LoadAnswer {
  readonly url?: string;
  readonly people?: readonly LoadPerson[];
  /** Processor time, ms. */
  readonly usage?: { readonly server: number; readonly database: number };
  readonly calls?: { readonly count: number; readonly late: number };
}

export interface LoadCloud {
  readonly url: string;
  readonly people: readonly LoadPerson[];
  usage(): Promise<NonNullable<LoadAnswer['usage']>>;
  calls(rev: number): Promise<NonNullable<LoadAnswer['calls']>>;
  close(): Promise<void>;
}

/** load-cloud-main.ts as a process. */
export async function startLoadCloud(companies: number, agents: number): Promise<LoadCloud> {
  const file = join(import.meta.dirname, 'load-cloud-main.ts');
  const child = openChild<LoadQuestion, LoadAnswer>(file, [String(companies), String(agents)]);
  const { url = '', people = [] } = await child.heard();
  return {
    url,
    people,
    usage: async () => (await child.ask({ ask: 'usage' })).usage ?? { server: Number.NaN, database: Number.NaN },
    calls: async (rev) => (await child.ask({ ask: 'calls', rev })).calls ?? { count: Number.NaN, late: Number.NaN },
    close: () => child.close(),
  };
}
