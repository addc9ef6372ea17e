/** `npm test`: system programs, lint, types, build, then unit, integration and browser tests. Stops at the first that fails. */
import { spawnSync } from 'node:child_process';
import { ensureSystemPackages } from './system-packages.ts';

const missing = ensureSystemPackages((line) => console.log(line));
if (missing) {
  console.error(missing);
  process.exit(1);
}

const steps: readonly [name: string, program: string, args: string[]][] = [
  ['lint', 'npm', ['run', '--silent', 'lint']],
  ['types', 'npm', ['run', '--silent', 'types']],
  ['build', 'npm', ['run', '--silent', 'build']],
  ['tests', 'vitest', ['run', ...process.argv.slice(2)]],
];

for (const [name, program, args] of steps) {
  const started = performance.now();
  console.log(`\n== ${name}`);
  const { status } = spawnSync(program, args, { stdio: 'inherit', shell: process.platform === 'win32' });
  console.log(
    `== ${name}: ${status === 0 ? 'ok' : 'failed'} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  if (status !== 0) process.exit(status ?? 1);
}
