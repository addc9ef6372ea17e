/** `npm test`: system programs; lint beside types; build; then unit, integration and browser tests. Stops where one fails. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ensureSystemPackages } from './system-packages.ts';

interface Step {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}
const script = (name: string): Step => ({ name, program: 'npm', args: ['run', '--silent', name] });

/** Those of one row run at once: lint and types take a minute of one core each. */
const rows: readonly (readonly Step[])[] = [
  [script('lint'), script('types')],
  [script('build')],
  [{ name: 'tests', program: 'vitest', args: ['run', ...process.argv.slice(2)] }],
];

/** Beside another its output comes when it is over, in one piece. @returns whether it went well */
async function run({ name, program, args }: Step, alone: boolean): Promise<boolean> {
  const started = performance.now();
  if (alone) console.log(`\n== ${name}`);
  const child = spawn(program, args, {
    stdio: alone ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece: Buffer) => said.push(piece));
  const [status] = (await once(child, 'close')) as [number | null];
  if (!alone) console.log(`\n== ${name}\n${Buffer.concat(said).toString()}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`== ${name}: ${status === 0 ? 'ok' : 'failed'} in ${seconds} s`);
  return status === 0;
}

const missing = ensureSystemPackages((line) => console.log(line));
if (missing) {
  console.error(missing);
  process.exit(1);
}
for (const row of rows) {
  const went = await Promise.all(row.map((step) => run(step, row.length === 1)));
  if (went.includes(false)) process.exit(1);
}
