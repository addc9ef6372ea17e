/**
 * `npm run types`: what runs with the same `lib` and `types` is checked as one program, since most of the time goes into
 * what they share; two at a time, the renderer by vue-tsc. Each root keeps a tsconfig of its own for editors.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The largest first, so that none is left alone at the end. */
const roots = [
  'tsconfig.tests.json',
  'src-renderer',
  'tsconfig.node.json',
  'src-shared',
  'src-main/electron',
  'src-preload',
];

function check(root: string): Promise<boolean> {
  const program = root === 'src-renderer' ? 'vue-tsc' : 'tsc';
  return new Promise((resolve) => {
    const child = spawn(`node_modules/.bin/${program}`, ['-p', root, '--pretty', 'false'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    child.stdout.on('data', (text) => (output += text));
    child.stderr.on('data', (text) => (output += text));
    child.on('close', (code) => {
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} types ${root}`);
      if (code !== 0) console.log(output);
      resolve(code === 0);
    });
  });
}

const only = process.argv.slice(2);
const queue = only.length > 0 ? only : [...roots];
let allOk = true;
await Promise.all(
  Array.from({ length: Math.min(2, availableParallelism()) }, async () => {
    for (let root = queue.shift(); root; root = queue.shift()) allOk = (await check(root)) && allOk;
  }),
);
process.exit(allOk ? 0 : 1);
