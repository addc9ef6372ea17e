import { join } from 'node:path';
import { openChild } from './child.ts';

export interface CloudProcess {
  readonly url: string;
  close(): Promise<void>;
}

/** A cloud with its own PostgreSQL in a process of its own, with the sample company and so many leads and calls in it. */
export async function startCloudProcess(rows: { leads: number; calls: number }): Promise<CloudProcess> {
  const main = join(import.meta.dirname, 'cloud-main.ts');
  const child = openChild<never, { url: string }>(main, [String(rows.leads), String(rows.calls)]);
  const { url } = await child.heard();
  return { url, close: () => child.close() };
}
