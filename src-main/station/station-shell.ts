import type { Clock } from '#shared/base/clock.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { CreateDeskHost, Desk, ShellFacts } from '../host.ts';
import { takeInstanceLock } from './instance-lock.ts';
import { startStation, type Station } from './station.ts';

export interface StationShellOptions {
  readonly createDeskHost: CreateDeskHost;
  readonly dataDir: string;
  readonly rendererDir: string | null;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly port?: number;
  readonly devOrigin?: string;
}

export interface StationShell {
  /** Launch address of the first desk. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Runs the desks of one data folder for browsers of this machine: one station, and so one origin, per desk; windows of
 * two desks share nothing. Rejects when the data folder is in use by a running station.
 */
export async function runStationShell(options: StationShellOptions): Promise<StationShell> {
  const lock = takeInstanceLock(options.dataDir);
  const stations = new Map<Desk, Promise<Station>>();
  const { port, ...rest } = options;
  const stationOf = (desk: Desk, wanted?: number): Promise<Station> => {
    const known = stations.get(desk);
    if (known) return known;
    const started = startStation({ ...rest, desk, ...(wanted === undefined ? {} : { port: wanted }) });
    stations.set(desk, started);
    return started;
  };
  const shell: ShellFacts = {
    capabilities: ['open-desk'],
    // A browser never hears a key while another program has the focus.
    globalCutIn: 'unavailable',
    onChange: () => ({ dispose: () => undefined }),
    showDesk: async (desk) => ({ url: (await stationOf(desk)).newLaunchUrl() }),
  };
  try {
    const host = await options.createDeskHost({ dataDir: options.dataDir, shell, logger: options.logger });
    const station = await stationOf(await host.openDesk('main'), port);
    const close = async (): Promise<void> => {
      for (const one of await Promise.allSettled(stations.values()))
        if (one.status === 'fulfilled') await one.value.close();
      await host.dispose();
      lock.dispose();
    };
    return { url: station.url, close };
  } catch (thrown) {
    lock.dispose();
    throw thrown;
  }
}
