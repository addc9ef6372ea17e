import { z } from 'zod';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { FramePort } from '#shared/desk-contract/frames.ts';
import { defineArea, type Handlers, type Peer, type Sources } from '#shared/desk-contract/kit.ts';
import { serve } from '#shared/desk-contract/server.ts';
import { systemClock } from '#engine/system.ts';

/** One command or stream per rule of the border; the conformance suite runs it over every kind of port. */
export const sampleContract = defineArea({
  commands: {
    add: { in: z.object({ a: z.number(), b: z.number() }), out: z.object({ sum: z.number() }), errors: [] },
    echo: { in: z.string(), out: z.string(), errors: [] },
    refuse: { in: z.null(), out: z.null(), errors: ['call.busy'] },
    stray: { in: z.null(), out: z.null(), errors: ['call.busy'] },
    crash: { in: z.null(), out: z.null(), errors: [] },
    lie: { in: z.null(), out: z.object({ n: z.number() }), errors: [] },
    leak: { in: z.null(), out: z.object({ shown: z.string() }), errors: [] },
    hang: { in: z.null(), out: z.null(), errors: [], deadline: 5_000 },
    forever: { in: z.null(), out: z.null(), errors: [], deadline: 0 },
    listenIn: { in: z.null(), out: z.string(), errors: [], needs: 'listen-to-call' },
    shortcut: { in: z.null(), out: z.string(), errors: [], needs: 'global-shortcut' },
    whoAmI: { in: z.null(), out: z.string(), errors: [] },
  },
  streams: {
    state: { args: z.null(), item: z.object({ n: z.number() }), resume: 'latest' },
    journal: { args: z.object({ only: z.string().nullable() }), item: z.string(), resume: 'log' },
    broken: { args: z.null(), item: z.number(), resume: 'latest', errors: ['phone.lost'] },
    liar: { args: z.null(), item: z.number(), resume: 'latest' },
    unmarked: { args: z.null(), item: z.number(), resume: 'log' },
    sound: { args: z.null(), item: z.number(), resume: 'latest', needs: 'global-shortcut' },
  },
});
export type SampleContract = typeof sampleContract;

/** The far side of the suite: what it was asked, and the buttons by which the tests make it do things. */
export class SampleEngine {
  readonly states = new Emitter<number>();
  readonly journal: string[] = [];
  readonly journalGrew = new Emitter<void>();
  readonly log: { event: string; fields: string }[] = [];
  openStreams = 0;
  aborted = 0;
  hanging = 0;
  served = 0;

  private readonly logger: Logger = {
    log: (_level, event, fields) => this.log.push({ event, fields: JSON.stringify(fields) }),
    child: () => this.logger,
  };

  readonly handlers: Handlers<SampleContract> = {
    add: ({ a, b }) => ({ sum: a + b }),
    echo: (text) => text,
    refuse: () => {
      throw new AppError('call.busy', { line: 2 }, new Error('secret cause'));
    },
    stray: () => {
      throw new AppError('phone.lost', { secret: 'port' });
    },
    crash: () => {
      throw new TypeError('secret message');
    },
    lie: () => ({ n: 'not a number' }) as never,
    leak: () => ({ shown: 'yes', secret: 'no' }) as { shown: string },
    hang: (_input, { signal }) => this.hang(signal),
    forever: (_input, { signal }) => this.hang(signal),
    listenIn: () => 'sound',
    shortcut: () => 'never',
    whoAmI: (_input, { peer }) => peer.kind,
  };

  readonly sources: Sources<SampleContract> = {
    state: (_args, sink) => this.opened(this.states.on((n) => sink.item({ n }))),
    journal: ({ only }, sink, { after }) => {
      let next = after ?? 0;
      const pour = (): void => {
        for (; next < this.journal.length; next += 1) {
          const line = this.journal[next] ?? '';
          if (only === null || line.startsWith(only)) sink.item(line, next + 1);
        }
      };
      pour();
      return this.opened(this.journalGrew.on(pour));
    },
    broken: (_args, sink) => {
      sink.item(1);
      sink.fail(new AppError('phone.lost', {}, new Error('secret cause')));
      return this.opened(disposable(() => undefined));
    },
    liar: (_args, sink) => {
      sink.item('text' as never);
      return this.opened(disposable(() => undefined));
    },
    unmarked: (_args, sink) => {
      sink.item(1);
      return this.opened(disposable(() => undefined));
    },
    sound: () => () => undefined,
  };

  serve(port: FramePort, peer: Peer): Disposable {
    this.served += 1;
    return serve(
      sampleContract,
      {
        handlers: this.handlers,
        sources: this.sources,
        capabilities: ['listen-to-call'],
        engineVersion: '1.2.3',
        clock: systemClock,
        logger: this.logger,
      },
      port,
      peer,
    );
  }

  write(...lines: string[]): void {
    this.journal.push(...lines);
    this.journalGrew.emit();
  }

  private hang(signal: { addEventListener(type: 'abort', listener: () => void): void }): Promise<null> {
    this.hanging += 1;
    return new Promise((_resolve, reject) =>
      signal.addEventListener('abort', () => {
        this.aborted += 1;
        reject(new Error('aborted'));
      }),
    );
  }

  private opened(subscription: Disposable): () => void {
    this.openStreams += 1;
    return () => {
      this.openStreams -= 1;
      subscription.dispose();
    };
  }
}
