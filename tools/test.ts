/** `npm test`: system programs; build; then unit, integration and browser tests, with types and lint in their shade. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { resolve } from 'node:path';
import { ensureSystemPackages } from './system-packages.ts';

interface Step {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}
/** What Node has compiled once, each of the hundreds of processes that come here takes as it is. */
process.env['NODE_COMPILE_CACHE'] ??= resolve('node_modules/.cache/node');
/** Engines in tests take the threads that are built first (vitest.config.ts). */
process.env['JINHU_BUILT_THREADS'] = '1';

const script = (name: string): Step => ({ name, program: 'npm', args: ['run', '--silent', name] });

const build = script('build');
const tests: Step = { name: 'tests', program: 'vitest', args: ['run', ...process.argv.slice(2)] };
/** Two minutes of a core that the tests have to spare, since they wait for phones and servers. */
const beside = [script('types'), script('lint')];

/**
 * @param inTheShade only what nobody else wants of the machine, and its output comes when it is over, in one piece
 * @returns whether it went well
 */
async function run({ name, program, args }: Step, inTheShade = false): Promise<boolean> {
  const started = performance.now();
  if (!inTheShade) console.log(`\n== ${name}`);
  const child = spawn(program, args, {
    stdio: inTheShade ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    shell: process.platform === 'win32',
  });
  if (inTheShade && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece: Buffer) => said.push(piece));
  const [status] = (await once(child, 'close')) as [number | null];
  if (inTheShade) console.log(`\n== ${name}\n${Buffer.concat(said).toString()}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`== ${name}: ${status === 0 ? 'ok' : 'failed'} in ${seconds} s`);
  return status === 0;
}

const failed: string[] = [];
async function runAll(steps: readonly Step[], inTheShade = false): Promise<void> {
  for (const step of steps) if (!(await run(step, inTheShade))) failed.push(step.name);
}

const missing = ensureSystemPackages((line) => console.log(line));
if (missing) {
  console.error(missing);
  process.exit(1);
}
await runAll([build]);
if (failed.length === 0) await Promise.all([runAll([tests]), runAll(beside, true)]);
// What failed in the shade stands far above by now.
if (failed.length > 0) console.error(`\nfailed: ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);
