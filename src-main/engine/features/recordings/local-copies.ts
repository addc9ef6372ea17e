import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { every } from '#shared/base/clock.ts';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { describeError } from '#shared/base/errors.ts';
import type { EngineContext } from '../../context.ts';
import type { RecordingRepository } from './repository.ts';

const dayMs = 24 * 3_600_000;
/** So long a recording that the cloud has stays here too: for quick listening, and for a cloud that is restored from a backup. */
export const ownCopyMs = 30 * dayMs;
/** … and one that was fetched to be listened to. */
export const fetchedCopyMs = 7 * dayMs;
/** Behind the start, which has better things to do. */
const firstMs = 60_000;
const turnMs = 3_600_000;

export interface LocalCopiesDeps {
  readonly context: EngineContext;
  readonly repository: RecordingRepository;
  readonly folder: string;
  /** Where those lie that were fetched. */
  readonly fetched: string;
}

/**
 * Takes away sound that need not lie on this desk any more, or must not: what the cloud has confirmed and is old, and what the
 * company's rule has taken away. The row says so first, its file goes behind it: cut anywhere, it goes on at the next turn. A
 * file that no row speaks of stays, whatever it is.
 */
export class LocalCopies implements Disposable {
  private readonly deps: LocalCopiesDeps;
  private readonly bag = new DisposeBag();
  private running: Promise<void> = Promise.resolve();

  constructor(deps: LocalCopiesDeps) {
    this.deps = deps;
    const { clock } = deps.context;
    this.bag.add(clock.after(firstMs, () => void this.tidy()));
    this.bag.add(every(clock, turnMs, () => void this.tidy()));
  }

  /** One at a time. Never rejects: what cannot be removed now (somebody listens, on Windows) is tried again. */
  tidy(): Promise<void> {
    this.running = this.running.then(() =>
      this.once().catch((error: unknown) =>
        this.deps.context.logger.log('warn', 'recordings.not-tidied', { error: describeError(error) }),
      ),
    );
    return this.running;
  }

  dispose(): void {
    this.bag.dispose();
  }

  private async once(): Promise<void> {
    const { context, repository, folder, fetched } = this.deps;
    const now = context.clock.now();
    while (repository.letGo(now - ownCopyMs) > 0);
    await this.remove(folder, async (id) => repository.copyOf(id)?.stays === false);
    await this.remove(fetched, async (id, path) => {
      const copy = repository.copyOf(id);
      return !copy || copy.purged || (await stat(path)).mtimeMs < now - fetchedCopyMs;
    });
  }

  private async remove(folder: string, goes: (id: string, path: string) => Promise<boolean>): Promise<void> {
    const names = await readdir(folder).catch(() => []); // nothing was ever fetched
    for (const name of names.filter((one) => one.endsWith('.wav'))) {
      const path = join(folder, name);
      try {
        if (await goes(basename(name, '.wav'), path)) await rm(path, { force: true });
      } catch (error) {
        this.deps.context.logger.log('info', 'recording.copy-stays', { error: describeError(error) });
      }
    }
  }
}
