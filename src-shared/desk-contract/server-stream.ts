import type { Clock } from '../base/clock.ts';
import type { Disposable } from '../base/dispose.ts';
import { AppError } from '../base/errors.ts';
import type { JsonValue } from '../base/json.ts';
import type { StreamSink, StreamSpec } from './kit.ts';

interface StreamParts {
  readonly name: string;
  readonly spec: StreamSpec;
  readonly start: (sink: StreamSink<unknown>) => () => void;
  readonly clock: Clock;
  /** Bytes that wait in the port. */
  readonly backlog: () => number;
  readonly send: (value: JsonValue, mark: number | undefined) => void;
  /** The source gave up, or broke its word; nothing is sent afterwards. */
  readonly failed: (error: unknown) => void;
  /** Something of ours threw where nobody waits for an answer. */
  readonly problem: (thrown: unknown) => void;
}

export interface OpenStream extends Disposable {
  readonly ended: boolean;
}

/** A window that has this much unread is slow: states are then skipped, log entries are not. */
const slowBytes = 256 * 1024;
const lookAgainMs = 50;

/**
 * One running stream. `latest`: only the newest state of a turn leaves, and none while the port is congested (the newest
 * follows when it is not). `log`: every item leaves at once and must carry its mark.
 */
export function openStream(parts: StreamParts): OpenStream {
  const stream = new RunningStream(parts);
  stream.begin();
  return stream;
}

class RunningStream implements OpenStream {
  private readonly parts: StreamParts;
  private stop: (() => void) | undefined;
  private pending: { value: JsonValue } | null = null;
  private scheduled = false;
  private timer: Disposable | undefined;
  ended = false;

  constructor(parts: StreamParts) {
    this.parts = parts;
  }

  begin(): void {
    try {
      this.stop = this.parts.start({
        item: (value, mark) => this.item(value, mark),
        fail: (error) => this.fail(error),
      });
    } catch (thrown) {
      this.fail(thrown);
    }
    // The source failed, or was closed, from inside its own start.
    if (this.ended) this.callStop();
  }

  dispose(): void {
    if (this.ended) return;
    this.ended = true;
    this.pending = null;
    this.timer?.dispose();
    this.callStop();
  }

  private item(value: unknown, mark: number | undefined): void {
    if (this.ended) return;
    const { name, spec } = this.parts;
    const parsed = spec.item.safeParse(value);
    if (!parsed.success) {
      const where = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.code}`).join(', ');
      return this.fail(new Error(`bad item of ${name}: ${where}`));
    }
    if (spec.resume === 'latest') {
      this.pending = { value: parsed.data as JsonValue };
      return this.schedule();
    }
    if (mark === undefined) return this.fail(new Error(`item of ${name} without a mark`));
    this.parts.send(parsed.data as JsonValue, mark);
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    void Promise.resolve().then(() => this.flushUnlessSlow());
  }

  private flushUnlessSlow(): void {
    if (this.ended) return;
    if (this.parts.backlog() <= slowBytes) return this.flush();
    this.timer = this.parts.clock.after(lookAgainMs, () => this.flushUnlessSlow());
  }

  private flush(): void {
    this.scheduled = false;
    const pending = this.pending;
    this.pending = null;
    if (pending) this.parts.send(pending.value, undefined);
  }

  private fail(error: unknown): void {
    if (this.ended) return;
    this.flush();
    this.ended = true;
    this.timer?.dispose();
    this.parts.failed(error instanceof Error ? error : new AppError('internal', {}, error));
    this.callStop();
  }

  private callStop(): void {
    const stop = this.stop;
    this.stop = undefined;
    try {
      stop?.();
    } catch (thrown) {
      this.parts.problem(thrown);
    }
  }
}
