/**
 * An engine as a process of its own: `fork('engine-main.ts', [deskDir, wallShiftMs])` speaks the desk contract over the
 * fork's channel. No demo, no shell, no cloud: what is left is what a crash test wants to kill.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '#shared/base/logger.ts';
import { createEngine, systemRandom } from '#engine/index.ts';
import { quietShell } from './desk.ts';
import { ipcPort } from './ipc-port.ts';
import { shiftedClock } from './office-clock.ts';

const [dataDir, shift] = process.argv.slice(2);
if (!dataDir) throw new Error('usage: engine-main.ts DESK_DIR [WALL_SHIFT_MS]');
const port = ipcPort(process);
// The supervisor is gone: so is the reason to run.
process.on('disconnect', () => process.exit(0));
const desk = await createEngine({
  dataDir,
  version: 'test',
  clock: shiftedClock(Number(shift ?? 0)),
  randomBytes: systemRandom,
  logger: createLogger((line) => appendFileSync(join(dataDir, 'engine.log'), `${line}\n`), Date.now),
  shell: quietShell,
  demo: null,
  loopback: null,
  sampleOpener: null,
  openDesk: () => Promise.resolve({ url: null }),
});
desk.serve(port, { kind: 'in-process', id: 'supervisor' });
