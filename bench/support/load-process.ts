import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Role } from '#shared/domain/vocabulary.ts';

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
  const child = fork(join(import.meta.dirname, 'load-cloud-main.ts'), [String(companies), String(agents)], {
    execArgv: [],
  });
  const gone = once(child, 'exit');
  const heard = async (): Promise<LoadAnswer> => {
    const [message] = (await Promise.race([
      once(child, 'message'),
      gone.then(([code]) => {
        throw new Error(`the cloud ended with ${String(code)}`);
      }),
    ])) as [LoadAnswer];
    return message;
  };
  const ask = (question: LoadQuestion): Promise<LoadAnswer> => {
    const answer = heard();
    child.send(question);
    return answer;
  };
  const { url = '', people = [] } = await heard();
  return {
    url,
    people,
    usage: async () => (await ask({ ask: 'usage' })).usage ?? { server: Number.NaN, database: Number.NaN },
    calls: async (rev) => (await ask({ ask: 'calls', rev })).calls ?? { count: Number.NaN, late: Number.NaN },
    async close() {
      child.disconnect();
      await gone;
    },
  };
}
