import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';

export interface TellingWindowDeps {
  readonly locks: Pick<LockManager, 'request'>;
  /** One for all windows of which one tells. */
  readonly lockName: string;
  /** The person has this window before them. */
  readonly inFront: () => boolean;
}

/**
 * Which of the windows of one browser tells the person what they must not miss: the one that they have seen last, and one of
 * the others when it is closed or dies. It holds a Web Lock for it, for which the others queue; whoever comes to the front
 * takes it away. So that no window needs to know of any other.
 */
export class TellingWindow implements Disposable {
  /** `tells` is another. */
  readonly changed = new Emitter<void>();
  private readonly deps: TellingWindowDeps;
  private held = false;
  private over = false;
  /** What was asked of the locks before this counts no more. */
  private turn = 0;
  private queued = new AbortController();
  private release: () => void = () => undefined;

  constructor(deps: TellingWindowDeps) {
    this.deps = deps;
    if (deps.inFront()) this.take();
    else this.wait();
  }

  get tells(): boolean {
    return this.held;
  }

  /** The window has come to the front, or has gone from there. */
  update(): void {
    // Also when it tells already: another one may be taking that away just now.
    if (!this.over && this.deps.inFront()) this.take();
  }

  dispose(): void {
    this.over = true;
    this.queued.abort();
    this.release();
  }

  private take(): void {
    this.queued.abort();
    this.request({ steal: true });
  }

  private wait(): void {
    this.queued = new AbortController();
    this.request({ signal: this.queued.signal });
  }

  private request(options: LockOptions): void {
    this.turn += 1;
    const { turn } = this;
    const { locks, lockName } = this.deps;
    const isPast = (): boolean => this.over || turn !== this.turn;
    locks
      .request(lockName, options, () => {
        if (isPast()) return Promise.resolve();
        this.say(true);
        return new Promise<void>((resolve) => (this.release = resolve));
      })
      .catch(() => {
        // Another one has come to the front.
        if (isPast()) return;
        this.say(false);
        this.wait();
      });
  }

  private say(held: boolean): void {
    if (this.held === held) return;
    this.held = held;
    this.changed.emit();
  }
}
