import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface CloudProcess {
  readonly url: string;
  close(): Promise<void>;
}

/** A cloud with its own PostgreSQL in a process of its own, with the sample company and so many leads and calls in it. */
export async function startCloudProcess(rows: { leads: number; calls: number }): Promise<CloudProcess> {
  const main = join(import.meta.dirname, 'cloud-main.ts');
  const child = fork(main, [String(rows.leads), String(rows.calls)], { execArgv: [] });
  const gone = once(child, 'exit');
  const [message] = (await Promise.race([
    once(child, 'message'),
    gone.then(([code]) => {
      throw new Error(`the cloud ended with ${String(code)}`);
    }),
  ])) as [{ url: string }];
  return {
    url: message.url,
    async close() {
      child.disconnect();
      await gone;
    },
  };
}
