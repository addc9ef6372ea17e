/**
 * The station as a program: `node src-main/station/main.ts [--data DIR] [--port N] [--no-open] [--dev-origin URL]`.
 * Started by tools/start.ts; prints its launch address as the last line.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError, describeError } from '#shared/base/errors.ts';
import { createDeskHost } from '../demo/desk-host.ts';
import { userDataDir } from '../shell/data-dir.ts';
import { createFileLogger } from '../shell/log-file.ts';
import { systemClock } from '#engine/index.ts';
import { runStationShell } from './station-shell.ts';

const usage = '[--data DIR] [--port 0–65535] [--no-open] [--dev-origin URL]';

/** What was asked for; what nobody understands ends the program, with what it would. */
function readOptions() {
  try {
    const { values: given } = parseArgs({
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        'no-open': { type: 'boolean', default: false },
        'dev-origin': { type: 'string' },
      },
    });
    const port = given.port === undefined ? null : Number(given.port);
    if (port !== null && !(Number.isInteger(port) && port >= 0 && port < 65_536))
      throw new Error(`--port ${given.port}`);
    return { ...given, port };
  } catch (thrown) {
    const what = thrown instanceof Error ? thrown.message : String(thrown);
    console.error(`启动参数看不懂 / cannot read the options: ${what}\n可用的参数 / options: ${usage}`);
    process.exit(2);
  }
}
const values = readOptions();

/** From the sources and from dist/main alike: the first folder above that has a built renderer. */
function findRenderer(from: string): string {
  const candidate = join(from, 'dist', 'renderer');
  if (existsSync(join(candidate, 'index.html'))) return candidate;
  if (dirname(from) === from) throw new Error('the window is not built: run `npm run build` first');
  return findRenderer(dirname(from));
}

async function main(): Promise<void> {
  const dataDir = values.data ?? userDataDir({ platform: process.platform, env: process.env, home: homedir() });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const logger = createFileLogger(dataDir, systemClock.now);
  const devOrigin = values['dev-origin'];
  const shell = await runStationShell({
    createDeskHost,
    dataDir,
    rendererDir: devOrigin ? null : findRenderer(import.meta.dirname),
    clock: systemClock,
    logger,
    ...(values.port === null ? {} : { port: values.port }),
    ...(devOrigin ? { devOrigin } : {}),
  });

  let leaving = false;
  const leave = (code: number): void => {
    // A second Ctrl+C means it: the journal is on disk anyway.
    if (leaving) process.exit(1);
    leaving = true;
    void shell.close().finally(() => process.exit(code));
  };
  process.on('SIGINT', () => leave(0));
  process.on('SIGTERM', () => leave(0));
  process.on('unhandledRejection', (thrown) => {
    logger.log('error', 'shell.unhandled', { error: describeError(thrown) });
    console.error(thrown);
    leave(1);
  });
  console.log('锦呼坐席端 Jinhu Desk — 打开下面的地址 / open this address (60 s, once; Ctrl+C 退出 quits):');
  console.log(shell.url);
  if (!values['no-open']) await (await import('open')).default(shell.url);
}

/** What a person at the terminal reads when it does not start: one sentence with what to do, where we know one. */
function whyNot(thrown: unknown): string {
  if (thrown instanceof AppError && thrown.code === 'environment.in-use') {
    const pid = String(thrown.details['pid'] ?? '?');
    return `锦呼坐席端已在运行（进程 ${pid}）：请使用已打开的窗口；窗口已关闭时，先结束该进程再启动。 / Jinhu Desk is already running (process ${pid}): use its window, or end that process first.`;
  }
  if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE')
    return `端口 ${values.port} 被其他程序占用：请换一个端口，或去掉 --port。 / Port ${values.port} is taken: choose another one, or leave out --port.`;
  return describeError(thrown);
}

main().catch((thrown: unknown) => {
  console.error(whyNot(thrown));
  process.exit(1);
});
