import { PassThrough } from 'node:stream';
import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import type { changeStream } from '#shared/cloud-contract/contract.ts';
import { type RouteEvents } from '#shared/cloud-contract/contract.ts';

type Events = RouteEvents<typeof changeStream>;
export type StreamEnd = 'token' | 'session' | 'replaced' | 'draining' | 'deaf';

/** One desk's stream of server-sent events (WHATWG HTML §9.2). A desk that does not read is told once, when it does. */
export class NudgeStream {
  readonly out = new PassThrough();
  private readonly clock: Clock;
  private told = -1;
  private wanted = -1;
  private timer: Disposable | null = null;

  constructor(clock: Clock) {
    this.clock = clock;
    this.out.on('drain', () => this.say());
    this.out.once('close', () => this.timer?.dispose());
  }

  /** The counter stands at `seq`: to be said in `delayMs`, or with what is to be said before. */
  tell(seq: number, delayMs = 0): void {
    this.wanted = Math.max(this.wanted, seq);
    if (this.timer) return;
    if (delayMs <= 0) return this.say();
    this.timer = this.clock.after(delayMs, () => {
      this.timer = null;
      this.say();
    });
  }

  /** Something may have been missed, and the counter may have gone back: what was told before says nothing any more. */
  tellAnew(seq: number): void {
    this.told = -1;
    this.wanted = seq;
    this.say();
  }

  /** A comment: the line is alive. */
  beat(): void {
    if (this.out.writable && !this.out.writableNeedDrain) this.out.write(':\n\n');
  }

  end(reason: StreamEnd): void {
    if (!this.out.writable) return;
    this.write('end', { reason });
    this.out.end();
  }

  private say(): void {
    if (this.wanted <= this.told || !this.out.writable || this.out.writableNeedDrain) return;
    this.told = this.wanted;
    this.write('changed', { seq: this.told });
  }

  private write<Name extends keyof Events & string>(name: Name, data: Events[Name]): void {
    this.out.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}
