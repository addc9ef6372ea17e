import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '#tests/support/build.ts';
import type { LoopHeld } from './loop-watch.ts';

/** What a desk's first pull was like, measured in its own process. */
export interface FirstSync extends LoopHeld {
  /** From the wish to sign in until everything is on disk. */
  readonly tookMs: number;
  /** Processor time of the thread that the loop runs on, its start included. */
  readonly busyMs: number;
  /** Processor time of its other threads. */
  readonly besideMs: number;
  /** Highest of the process. */
  readonly rssMb: number;
  /** Of the engine before anybody signed in. */
  readonly rssBeforeMb: number;
  readonly leads: number;
  readonly calls: number;
}

/** A fresh desk in a process of its own pulls everything that this cloud has. */
export async function firstSync(cloudUrl: string): Promise<FirstSync> {
  const dir = mkdtempSync(join(tmpdir(), 'jinhu-first-sync-'));
  try {
    const child = fork(join(projectRoot, 'dist/test-engine/desk-main.js'), [dir, cloudUrl], { execArgv: [] });
    const gone = once(child, 'exit').then(([code]): never => {
      throw new Error(`the desk ended with ${String(code)}`);
    });
    const [result] = (await Promise.race([once(child, 'message'), gone])) as [FirstSync];
    await gone.catch(() => undefined);
    return result;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
