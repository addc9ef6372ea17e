import { join } from 'node:path';
import { randomFraction } from '#shared/base/ids.ts';
import type { Logger } from '#shared/base/logger.ts';
import { resourcesFolder, systemClock, systemRandom, type DemoWorld } from '#engine/index.ts';
import { loadVoices } from '#simulator/network/voices.ts';
import { SimulatedPhone } from '#simulator/phone/phone.ts';
import { DemoCloud } from './demo-cloud.ts';

type DemoStep = Parameters<Parameters<DemoWorld['start']>[0]>[0];

/** How far along the whole start is when a step begins; most of the time goes into making the database the first time. */
const progressAt: Record<DemoStep, number> = { database: 0.1, cloud: 0.6, 'sample-data': 0.75, phone: 0.9, data: 1 };

/**
 * The world of the demo environment: a cloud with sample data and a simulated five-SIM phone. One per process, shared by
 * its desks; the phone belongs to the first desk, as a phone on USB belongs to one PC.
 */
export class DemoHost {
  /** In reach for tests that pull its plug. */
  readonly cloud: DemoCloud;
  readonly world: DemoWorld;
  private simulated: SimulatedPhone | null = null;

  constructor(dataDir: string, logger: Logger) {
    this.cloud = new DemoCloud(join(dataDir, 'demo-cloud'), logger);
    this.world = {
      start: async (onProgress, signal) => {
        const start = await this.cloud.start((step) => onProgress(step, progressAt[step]), signal);
        onProgress('phone', progressAt.phone);
        this.phone();
        return start;
      },
    };
  }

  /** The simulated phone, for tests that pull its cable. */
  phone(): SimulatedPhone {
    this.simulated ??= new SimulatedPhone({
      clock: systemClock,
      shape: 'modemPerSim',
      random: () => randomFraction(systemRandom),
      voices: loadVoices(join(resourcesFolder(), 'sounds')),
    });
    return this.simulated;
  }

  /** Stops the cloud, in the middle of a start too; `world.start` starts it again. */
  dispose(): Promise<void> {
    return this.cloud.stop();
  }
}
