import type { Disposable } from '#shared/base/dispose.ts';
import type { dialQueueArea } from '#shared/desk-contract/areas/dial-queue.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { countsOf } from '#shared/domain/dial-queue-view.ts';
import type { WritableDb } from '../../database/handles.ts';
import { DialQueueService, type DialQueueServiceDeps } from './dial-queue.ts';
import { toEntryView, toState, type LeadShown } from './queue-view.ts';
import { QueueRepository } from './repository.ts';

export interface DialQueueDeps extends Omit<DialQueueServiceDeps, 'repository'> {
  /** Of the signed-in person. */
  readonly db: WritableDb;
  /** Null = it is gone. */
  readonly lead: (leadId: string) => LeadShown | null;
}

export interface DialQueueFeature extends Disposable {
  readonly handlers: Handlers<typeof dialQueueArea>;
  readonly sources: Sources<typeof dialQueueArea>;
  /** How many are still to be called in a queue that stands; 0 = it runs, or there is none. */
  leftStanding(): number;
  onChange(listener: () => void): Disposable;
  /** What the last run left. After `CallsFeature.start` has resolved. */
  start(): void;
}

/** 批量外呼 (product.md P1.9). */
export function createDialQueue(deps: DialQueueDeps): DialQueueFeature {
  const service = new DialQueueService({ ...deps, repository: new QueueRepository(deps.db) });
  return {
    handlers: createHandlers(service, deps.lead),
    sources: {
      'dialQueue.state': (_args, sink) => {
        const say = (): void => sink.item(service.held && toState(service.held, service.now, deps.lead));
        say();
        const subscription = service.changed.on(say);
        return () => subscription.dispose();
      },
    },
    leftStanding() {
      const queue = service.held?.queue;
      if (!queue || queue.status === 'finished') return 0;
      const { waiting, retry } = countsOf(queue.entries);
      return queue.pause !== null || queue.status === 'idle' ? waiting + retry : 0;
    },
    onChange: (listener) => service.changed.on(listener),
    start: () => service.start(),
    dispose: () => service.dispose(),
  };
}

function createHandlers(service: DialQueueService, lead: DialQueueDeps['lead']): DialQueueFeature['handlers'] {
  const want = (word: Parameters<DialQueueService['want']>[0]): null => {
    service.want(word);
    return null;
  };
  return {
    'dialQueue.create': ({ leadIds, order, ...plan }) => ({ queueId: service.create(leadIds, order, plan) }),
    'dialQueue.start': () => want({ type: 'start' }),
    'dialQueue.resume': () => want({ type: 'resume' }),
    'dialQueue.pause': ({ reason }) => want({ type: 'pause', reason }),
    'dialQueue.stop': () => want({ type: 'stop' }),
    'dialQueue.confirm': ({ position }) => want({ type: 'confirm', position }),
    'dialQueue.skip': ({ position }) => want({ type: 'skip', position }),
    'dialQueue.add': ({ leadIds }) => want({ type: 'add', leadIds }),
    'dialQueue.remove': ({ position }) => want({ type: 'remove', position }),
    'dialQueue.continueNow': () => {
      service.continueNow();
      return null;
    },
    'dialQueue.keepWrapping': () => {
      service.keepWrapping();
      return null;
    },
    'dialQueue.entries': ({ states, offset, limit }) => {
      const all = service.held?.queue.entries ?? [];
      const wanted = states.length === 0 ? all : all.filter(({ state }) => states.includes(state));
      const rows = wanted.slice(offset, offset + limit).map((entry) => toEntryView(entry, lead(entry.leadId)));
      return { rows, total: wanted.length };
    },
  };
}
