/** `npm test`: system programs, lint, types, build, then unit, integration and browser tests. Stops at the first that fails. */
import { spawn } from 'node:child_process';
import { ensureSystemPackages } from './system-packages.ts';

const missing = ensureSystemPackages((line) => console.log(line));
if (missing) {
  console.error(missing);
  process.exit(1);
}

type Step = readonly [name: string, program: string, args: string[]];
const npm = (name: string): Step => [name, 'npm', ['run', '--silent', name]];

/** Resolves with the exit code; the output of steps that run together is shown in one piece each. */
function run([name, program, args]: Step, together: boolean): Promise<number> {
  const started = performance.now();
  const stdio = together ? (['ignore', 'pipe', 'pipe'] as const) : ('inherit' as const);
  const child = spawn(program, args, { stdio, shell: process.platform === 'win32' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (output += text.toString()));
  if (!together) console.log(`\n== ${name}`);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      if (together) console.log(`\n== ${name}\n${output.trimEnd()}`);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`== ${name}: ${code === 0 ? 'ok' : 'failed'} in ${seconds} s`);
      resolve(code ?? 1);
    });
  });
}

/** Lint has one core alone, and types leave one idle at their end. */
const turns: readonly (readonly Step[])[] = [
  [npm('lint'), npm('types')],
  [npm('build')],
  [['tests', 'vitest', ['run', ...process.argv.slice(2)]]],
];
for (const steps of turns) {
  const codes = await Promise.all(steps.map((step) => run(step, steps.length > 1)));
  const failed = codes.find((code) => code !== 0);
  if (failed !== undefined) process.exit(failed);
}
