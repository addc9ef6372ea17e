import { Worker } from 'node:worker_threads';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { CallFigures, CallFiguresQuery } from '#shared/desk-contract/areas/statistics.ts';
import type { ChosenLeads } from '#shared/domain/queue-choice.ts';
import type { CallLists, CallPage } from './features/calls/index.ts';
import type { ChoiceProgress, QueueChoosing } from './features/dial-queue/index.ts';
import type { LeadClaims, LeadLists, LeadPage, LeadWords, PickedLeads } from './features/leads/index.ts';
import type { CallCounting } from './features/statistics/index.ts';
import type { WorkbenchRead, WorkbenchReads } from './features/workbench/index.ts';
import type { ListAnswer, ListAsk, ListProgress } from './list-protocol.ts';

export interface ListThreadDeps {
  /** Of the database. */
  readonly path: string;
  /** Whose lists they are. */
  readonly me: string;
  /** The code of the thread (list-worker.ts). */
  readonly file: URL;
  readonly logger: Logger;
}

type Found = Extract<ListAnswer, { ok: true }>['value'];
type Unnumbered<T> = T extends { number: number } ? Omit<T, 'number'> : never;
interface Asked {
  readonly progress: (now: ChoiceProgress) => void;
  resolve(value: Found): void;
  reject(error: unknown): void;
}

/**
 * Lists of leads and calls, figures of calls, and what a person has before them, by a thread with a connection of its own: the loop, on which calls run, never looks through them. Should the
 * thread be lost, those who wait get an error, and the next question starts another one.
 */
export class ListThread implements LeadLists, CallCounting, QueueChoosing, WorkbenchReads, Disposable {
  readonly calls: CallLists = {
    page: (query, scope, window) => this.ask<CallPage>({ do: 'calls', query, scope, window }),
    refresh: (ids, gone) => this.tell('calls', ids, gone),
  };
  private readonly deps: ListThreadDeps;
  private readonly asked = new Map<number, Asked>();
  private worker: Worker | null = null;
  private exit: Promise<void> = Promise.resolve();
  private next = 1;
  private disposed = false;

  constructor(deps: ListThreadDeps) {
    this.deps = deps;
  }

  page(query: Parameters<LeadLists['page']>[0], window: Parameters<LeadLists['page']>[1]): Promise<LeadPage> {
    return this.ask<LeadPage>({ do: 'page', query, window });
  }

  words(selection: Parameters<LeadLists['words']>[0]): Promise<LeadWords> {
    return this.ask<LeadWords>({ do: 'words', selection });
  }

  pick(query: Parameters<LeadLists['pick']>[0], most: number): Promise<PickedLeads> {
    return this.ask<PickedLeads>({ do: 'pick', query, most });
  }

  claims(since: number): Promise<LeadClaims> {
    return this.ask<LeadClaims>({ do: 'claims', since });
  }

  figures(query: CallFiguresQuery): Promise<CallFigures> {
    return this.ask<CallFigures>({ do: 'figures', query });
  }

  workbench(rules: Parameters<WorkbenchReads['workbench']>[0]): Promise<WorkbenchRead> {
    return this.ask<WorkbenchRead>({ do: 'workbench', rules });
  }

  choose(...[ask, progress]: Parameters<QueueChoosing['choose']>): ReturnType<QueueChoosing['choose']> {
    const number = this.next;
    const answer = this.ask<ChosenLeads>({ do: 'choose', ask }, progress);
    const giveUp = (): void => {
      const asked = this.asked.get(number);
      if (!asked) return;
      this.asked.delete(number);
      this.worker?.postMessage({ do: 'give-up', of: number } satisfies ListAsk);
      asked.reject(new AppError('cancelled'));
    };
    return { answer, giveUp };
  }

  refresh(ids: readonly string[], gone: readonly number[]): void {
    this.tell('leads', ids, gone);
  }

  dispose(): void {
    this.disposed = true;
    this.fail(new AppError('cancelled'));
    // Whoever waits for its end must see it.
    this.worker?.ref();
    this.worker?.postMessage({ do: 'close' } satisfies ListAsk);
  }

  /** Resolves when the thread has closed the database. */
  ended(): Promise<void> {
    return this.exit;
  }

  /** A thread that is not there yet will read what is there then. */
  private tell(of: 'leads' | 'calls', ids: readonly string[], gone: readonly number[]): void {
    this.worker?.postMessage({ do: 'refresh', of, ids, gone } satisfies ListAsk);
  }

  private ask<T extends Found>(
    what: Unnumbered<Extract<ListAsk, { number: number }>>,
    progress: Asked['progress'] = () => undefined,
  ): Promise<T> {
    if (this.disposed) return Promise.reject(new AppError('cancelled'));
    const number = this.next++;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.asked.set(number, { progress, resolve: resolve as Asked['resolve'], reject });
    this.worker ??= this.start();
    this.worker.postMessage({ ...what, number } satisfies ListAsk);
    return promise;
  }

  private start(): Worker {
    const { file, path, me, logger } = this.deps;
    const worker = new Worker(file, { workerData: { path, me } });
    worker.unref();
    worker.on('message', (answer: ListAnswer | ListProgress) => {
      const asked = this.asked.get(answer.number);
      if ('progress' in answer) return asked?.progress(answer.progress);
      this.asked.delete(answer.number);
      if (answer.ok) asked?.resolve(answer.value);
      else asked?.reject(new AppError(answer.code, answer.details));
    });
    worker.on('error', (error) => {
      logger.log('error', 'lists.thread-lost', { problem: describeError(error) });
      if (this.worker === worker) this.fail(new AppError('internal', { reason: 'list-thread' }, error));
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.exit = promise;
    worker.on('exit', () => {
      if (this.worker === worker) {
        this.worker = null;
        this.fail(new AppError('cancelled'));
      }
      resolve();
    });
    return worker;
  }

  private fail(error: AppError): void {
    for (const { reject } of this.asked.values()) reject(error);
    this.asked.clear();
  }
}
