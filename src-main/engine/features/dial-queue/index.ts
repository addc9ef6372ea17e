import type { Disposable } from '#shared/base/dispose.ts';
import type { dialQueueArea } from '#shared/desk-contract/areas/dial-queue.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { countsOf } from '#shared/domain/dial-queue-view.ts';
import { mostQueueEntries, type QueuePlan } from '#shared/domain/queue-entry.ts';
import type { WritableDb } from '../../database/handles.ts';
import { nextTurn } from '../../next-turn.ts';
import type { CallsFeature } from '../calls/index.ts';
import type { LeadsService } from '../leads/index.ts';
import type { QueueChoosing } from './choose.ts';
import { DialQueueService, type DialQueueServiceDeps } from './dial-queue.ts';
import { toEntryView, toState, type LeadShown } from './queue-view.ts';
import { QueueRepository } from './repository.ts';

export { chooseLeads, type ChoiceProgress, type QueueAsk, type QueueChoosing } from './choose.ts';

export interface DialQueueDeps extends Omit<DialQueueServiceDeps, 'repository' | 'calls'> {
  readonly calls: DialQueueServiceDeps['calls'] & Pick<CallsFeature, 'summaries'>;
  /** Of the signed-in person. */
  readonly db: WritableDb;
  /** Null = it is gone. */
  readonly lead: (leadId: string) => LeadShown | null;
  /** The same for a page of them. */
  readonly leads: Pick<LeadsService, 'names' | 'rules'>;
  readonly choosing: QueueChoosing;
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
    handlers: createHandlers(service, deps),
    sources: {
      'dialQueue.state': (_args, sink) => {
        const say = (): void => sink.item(service.held && toState(service.held, service.now, deps.lead));
        say();
        const subscription = service.changed.on(say);
        return () => subscription.dispose();
      },
      'dialQueue.choice': (args, sink) => choose(service, deps, args, sink),
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

/** On the wire there is no `undefined`; in the types of a partial object there is. */
const definedOf = (plan: { readonly [K in keyof QueuePlan]?: QueuePlan[K] | undefined }): Partial<QueuePlan> =>
  Object.fromEntries(Object.entries(plan).filter(([, value]) => value !== undefined));

type ChoiceSource = DialQueueFeature['sources']['dialQueue.choice'];

/** As long as somebody waits for it. */
function choose(
  service: DialQueueService,
  { choosing, leads }: DialQueueDeps,
  { source, ...rules }: Parameters<ChoiceSource>[0],
  sink: Parameters<ChoiceSource>[1],
): () => void {
  const queue = service.held?.queue;
  const queued = queue && queue.status !== 'finished' ? queue.entries.map(({ leadId }) => leadId) : [];
  const room = Math.max(0, mostQueueEntries - queued.length);
  let wanted = true;
  const { answer, giveUp } = choosing.choose(
    { source, rules: { ...rules, room }, poolRules: leads.rules(), queued },
    (progress) => sink.item({ ...progress, choice: null }),
  );
  answer.then(
    ({ leadIds, ...choice }) => {
      const looked = Object.values(choice.leftOut).reduce((sum, count) => sum + count, leadIds.length);
      if (wanted) sink.item({ looked, of: looked + choice.beyond, choice: { ...choice, leadIds: [...leadIds] } });
    },
    (error: unknown) => wanted && sink.fail(error),
  );
  return () => {
    wanted = false;
    giveUp();
  };
}

function createHandlers(service: DialQueueService, { calls, leads }: DialQueueDeps): DialQueueFeature['handlers'] {
  const want = (word: Parameters<DialQueueService['want']>[0]): null => {
    service.want(word);
    return null;
  };
  return {
    // To read five thousand ids takes milliseconds, and to write them too: between the two the loop does other things.
    async 'dialQueue.create'({ leadIds, ...plan }) {
      await nextTurn();
      return { queueId: service.create(leadIds, plan) };
    },
    'dialQueue.start': () => want({ type: 'start' }),
    'dialQueue.resume': () => want({ type: 'resume' }),
    'dialQueue.pause': ({ reason }) => want({ type: 'pause', reason }),
    'dialQueue.stop': () => want({ type: 'stop' }),
    'dialQueue.confirm': ({ position }) => want({ type: 'confirm', position }),
    'dialQueue.skip': ({ position }) => want({ type: 'skip', position }),
    async 'dialQueue.add'({ leadIds }) {
      await nextTurn();
      return want({ type: 'add', leadIds });
    },
    'dialQueue.change': (plan) => want({ type: 'change', plan: definedOf(plan) }),
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
      const shown = wanted.slice(offset, offset + limit);
      const names = leads.names(shown.map(({ leadId }) => leadId));
      const ends = calls.summaries(shown.flatMap(({ callId }) => callId ?? []));
      const rows = shown.map((entry) => ({
        ...toEntryView(entry, names.get(entry.leadId) ?? null),
        call: ends.get(entry.callId ?? '') ?? null,
      }));
      return { rows, total: wanted.length };
    },
  };
}
