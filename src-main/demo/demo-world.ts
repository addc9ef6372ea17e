import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { resourcesFolder, systemClock, systemRandom, workerFile, type DemoWorld } from '#engine/index.ts';
import { loadVoices } from '#simulator/phone/voices.ts';
import { SimulatedPhone } from '#simulator/phone/phone.ts';
import type { CloudWorkerData, CloudWorkerMessage } from './cloud-worker.ts';

type DemoStart = Awaited<ReturnType<DemoWorld['start']>>;
type DemoStep = Parameters<Parameters<DemoWorld['start']>[0]>[0];

/** How far along the whole start is when a step begins; most of the time goes into making the database the first time. */
const progressAt: Record<DemoStep, number> = { database: 0.1, cloud: 0.6, 'sample-data': 0.75, phone: 0.9, data: 1 };

interface RunningCloud {
  readonly start: DemoStart;
  close(): Promise<void>;
}

/**
 * The world of the demo environment: a cloud with sample data and a simulated five-SIM phone. One per process, shared by
 * its desks; the phone belongs to the first desk, as a phone on USB belongs to one PC.
 */
export class DemoHost {
  private readonly dataDir: string;
  private readonly logger: Logger;
  private cloud: Promise<RunningCloud> | null = null;
  /** Once it has run, a cloud that comes back comes back where its desks know it. */
  private port = 0;
  private simulated: SimulatedPhone | null = null;

  constructor(dataDir: string, logger: Logger) {
    this.dataDir = dataDir;
    this.logger = logger;
  }

  get world(): DemoWorld {
    return { start: (onProgress, signal) => this.start(onProgress, signal) };
  }

  /** The simulated phone, for tests that pull its cable. */
  phone(): SimulatedPhone {
    this.simulated ??= new SimulatedPhone({
      clock: systemClock,
      shape: 'modemPerSim',
      random: () => new DataView(systemRandom(4).buffer).getUint32(0) / 2 ** 32,
      voices: loadVoices(join(resourcesFolder(), 'sounds')),
    });
    return this.simulated;
  }

  /** Stops the cloud; `world.start` starts it again. */
  async dispose(): Promise<void> {
    const running = this.cloud;
    this.cloud = null;
    await running?.then(
      (cloud) => cloud.close(),
      () => undefined, // It never ran.
    );
  }

  private async start(onProgress: (step: DemoStep, progress: number) => void, signal: AbortSignal): Promise<DemoStart> {
    const data = { dataDir: join(this.dataDir, 'demo-cloud'), port: this.port };
    this.cloud ??= startCloudWorker(data, this.logger, (step) => onProgress(step, progressAt[step]));
    const starting = this.cloud;
    try {
      const cloud = await Promise.race([starting, aborted(signal)]);
      this.port = Number(new URL(cloud.start.cloudUrl).port);
      onProgress('phone', progressAt.phone);
      this.phone();
      return cloud.start;
    } catch (error) {
      // A failed or abandoned start is not kept: the next try begins anew.
      if (this.cloud === starting) await this.dispose();
      this.port = 0;
      throw error;
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(new AppError('cancelled'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
}

function startCloudWorker(
  workerData: CloudWorkerData,
  logger: Logger,
  onStep: (step: DemoStep) => void,
): Promise<RunningCloud> {
  const worker = new Worker(workerFile(import.meta.url, 'cloud-worker'), { workerData });
  const log = logger.child('demo-cloud');
  let closed: () => void;
  const gone = new Promise<void>((resolve) => (closed = resolve));
  worker.once('exit', () => closed());
  const close = async (): Promise<void> => {
    worker.postMessage('close');
    await gone;
  };
  return new Promise((resolve, reject) => {
    let ready = false;
    const fail = (reason: string): void => {
      if (ready) return;
      log.log('error', 'demo.start-failed', { reason });
      reject(new AppError('demo.start-failed', { reason }));
    };
    worker.on('message', (message: CloudWorkerMessage) => {
      if (message.type === 'progress') onStep(message.step);
      if (message.type === 'log') log.log('info', 'cloud', { line: message.line });
      if (message.type === 'failed') fail(message.reason);
      if (message.type !== 'ready') return;
      ready = true;
      resolve({ start: { cloudUrl: message.url, accounts: [...message.accounts] }, close });
    });
    worker.once('error', (error) => fail(error.message));
    worker.once('exit', (code) => fail(`the cloud's thread ended with code ${code}`));
  });
}
