import { parentPort, workerData } from 'node:worker_threads';
import { startCloud } from '#cloud/main/start-cloud.ts';
import { demoAccounts } from '#cloud/main/sample-company.ts';
import { describeError } from '#shared/base/errors.ts';
import { createLogger } from '#shared/base/logger.ts';

type DemoAccount = (typeof demoAccounts)[number];

export interface CloudWorkerData {
  readonly dataDir: string;
  /** 0 = any free one. */
  readonly port: number;
}

/** The demo's cloud lives on a thread of its own, so that hashing a password or listing leads never holds up a call. */
export type CloudWorkerMessage =
  | { type: 'progress'; step: 'database' | 'cloud' | 'sample-data' }
  | { type: 'ready'; url: string; accounts: readonly DemoAccount[] }
  | { type: 'failed'; reason: string }
  | { type: 'log'; line: string }
  | { type: 'closed' };

const port = parentPort;
if (!port) throw new Error('cloud-worker runs as a worker thread only');
const tell = (message: CloudWorkerMessage): void => port.postMessage(message);

try {
  const { dataDir, port: at } = workerData as CloudWorkerData;
  const cloud = await startCloud({
    dataDir,
    host: '127.0.0.1',
    port: at,
    sample: true,
    numberCheck: 'simulated',
    logger: createLogger((line) => tell({ type: 'log', line }), Date.now, 'cloud'),
    onProgress: (step) => tell({ type: 'progress', step }),
  });
  port.once('message', () => {
    void cloud.close().finally(() => {
      tell({ type: 'closed' });
      port.close();
    });
  });
  tell({ type: 'ready', url: cloud.url, accounts: demoAccounts });
} catch (thrown) {
  tell({ type: 'failed', reason: describeError(thrown) });
  port.close();
}
