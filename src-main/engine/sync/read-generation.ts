import type { Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { collectYoung } from '../short-pauses.ts';
import type { GenerationReader, Generations, PageFacts, Standing } from './generation.ts';
import { createPageReader } from './page-reader.ts';
import type { CloudApi } from './ports.ts';

export interface ReadDeps {
  readonly api: Pick<CloudApi, 'changesAsSent'>;
  readonly generations: Generations;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Numbers of (after, next] are missing, also when they were asked for once more. */
  readonly onGap: (after: number, next: number, missing: number) => void;
  /** At the beginning, where it begins again, and behind each page but the last. */
  readonly onRead: (standing: Standing) => void;
}

/** Another thread parses it: what counts is how much of it is in memory at a time. */
const pageBytes = 512 * 1024;

/**
 * Reads everything of the cloud from zero into a new generation, and swaps. The person goes on with the one in use. A cut or
 * a restart goes on where it was; the disk holds two generations until the old one is taken away.
 */
export class GenerationRun implements Disposable {
  private readonly deps: ReadDeps;
  private readonly reader: GenerationReader;
  private readonly pages;

  constructor(deps: ReadDeps) {
    this.deps = deps;
    this.reader = deps.generations.open();
    this.pages = createPageReader({
      fetch: (after, limit, signal) => deps.api.changesAsSent(after, limit, signal),
      pageBytes,
      signal: deps.signal,
    });
  }

  /** @returns how many changes came. Rejects with an AppError; `cloud.refused { epoch-moved }`: begin again. */
  async read(): Promise<number> {
    let standing = await this.reader.begin();
    this.deps.logger.log('info', 'sync.generation', { after: standing.after });
    this.deps.onRead(standing);
    for (let count = 0, restarted = false; ;) {
      const facts = await this.behind(standing);
      if (facts === 'other-history') {
        // Once: what was kept from before may be of another history. A cloud that changes it all the time is waited for.
        if (restarted || count > 0) throw await this.moved();
        restarted = true;
        standing = await this.reader.restart();
        this.deps.onRead(standing);
        continue;
      }
      if (facts.missing !== 0) this.deps.onGap(standing.after, facts.next, facts.missing);
      // The thread goes on first: to ask for a page costs the loop as much as the thread needs for a dozen rows.
      const taken = this.reader.take();
      if (facts.hasMore) this.pages.ahead(facts.next);
      collectYoung();
      standing = await taken;
      count += facts.rows;
      if (facts.hasMore) {
        this.deps.onRead(standing);
        continue;
      }
      await this.reader.swap();
      return count;
    }
  }

  /** What the generation before leaves is taken away. */
  clean(): Promise<void> {
    return this.reader.clean();
  }

  dispose(): void {
    this.pages.dispose();
    this.reader.dispose();
  }

  /** The next page is looked at, and asked for once more where it lacks numbers. */
  private async behind({ after, epoch, floor }: Standing): Promise<PageFacts | 'other-history'> {
    for (let asked = 1; ; asked += 1) {
      const page = await this.pages.read(after);
      if (this.deps.signal.aborted) throw new AppError('cancelled');
      const bytes = page.reduce((sum, { byteLength }) => sum + byteLength, 0);
      const facts = await this.reader.look(page, after);
      this.pages.measured(bytes, facts.rows);
      // A counter that went back is a restored backup too, even where the epoch was forgotten.
      if (facts.next < after || (epoch !== undefined && facts.epoch !== epoch)) return 'other-history';
      // What was deleted since the beginning, and is not told any more, may be among what was read.
      if (after > 0 && facts.floor > floor && facts.floor > after) return 'other-history';
      if (facts.missing === 0 || asked > 1) return facts;
    }
  }

  private async moved(): Promise<AppError> {
    this.deps.onRead(await this.reader.restart());
    return new AppError('cloud.refused', { reason: 'epoch-moved' });
  }
}
