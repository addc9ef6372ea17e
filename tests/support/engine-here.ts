import { silentLogger } from '#shared/base/logger.ts';
import { createEngine, systemRandom } from '#engine/index.ts';
import type { Desk } from '#main/host.ts';
import { openClient, quietShell, type Client } from './desk.ts';
import { shiftedClock } from './office-clock.ts';

/** An engine in this process on a desk folder (signed-in.ts), without demo and shell, and a client on a memory port. */
export async function startEngineHere(
  deskDir: string,
  wallShiftMs: number,
): Promise<{ desk: Desk; client: Client; close(): Promise<void> }> {
  const desk = await createEngine({
    dataDir: deskDir,
    version: 'test',
    clock: shiftedClock(wallShiftMs),
    randomBytes: systemRandom,
    logger: silentLogger,
    shell: quietShell,
    demo: null,
    loopback: null,
    sampleOpener: null,
    openDesk: () => Promise.resolve({ url: null }),
  });
  const client = openClient(desk);
  return {
    desk,
    client,
    async close() {
      client.dispose();
      await desk.dispose();
    },
  };
}
