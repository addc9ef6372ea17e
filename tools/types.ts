/** `npm run types`: each root is checked with its own `lib` and `types`, two at a time; the renderer by vue-tsc. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

const roots = [
  'src-renderer',
  'src-shared',
  'src-main/engine',
  'src-main/shell',
  'src-main/station',
  'src-main/demo',
  'src-main/electron',
  'src-preload',
  'src-cloud',
  'src-simulator',
  'tests',
  'bench',
  'tools',
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
