/**
 * `npm run types`: what runs with the same `lib` and `types` is checked as one program, since most of the time goes into
 * what they share; two at a time. Each root keeps a tsconfig of its own for editors.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The largest first, so that none is left alone at the end. */
const roots = ['tsconfig.tests.json', 'src-renderer', 'tsconfig.node.json', 'src-shared', 'src-preload'];

/**
 * vue-tsc stands on TypeScript 6. The compiler of 7 would ask four checkers, each of which works out for itself what they
 * share: alone one takes a third of the processor for the same answers, and two roots are checked beside each other anyway.
 */
const compiler = (root: string): readonly string[] =>
  root === 'src-renderer' ? ['vue-tsc/bin/vue-tsc.js'] : ['typescript-7/bin/tsc', '--checkers', '1'];

function check(root: string): Promise<boolean> {
  return new Promise((resolve) => {
    const [program, ...options] = compiler(root);
    const child = spawn(process.execPath, [`node_modules/${program}`, ...options, '-p', root, '--pretty', 'false'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Memory is there: collecting it a quarter as often is a fifth of the compiler's processor.
      env: { ...process.env, GOGC: '400' },
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
