import type { sessionArea } from '#shared/desk-contract/areas/session.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { EngineContext } from '../context.ts';
import { createKeyValueStore } from '../database/key-value.ts';
import type { Database } from '../database/open-database.ts';
import { nextTurn } from '../next-turn.ts';
import type { Outbox } from './outbox.ts';
import type { ChangeApplier, CloudApi, RecordingUploads } from './ports.ts';
import type { Generations } from './generation.ts';
import { ClockOffset, measured } from './clock-offset.ts';
import { createPuller } from './pull.ts';
import { createSyncService, type SyncService } from './sync.ts';

export { backoff } from './backoff.ts';
export type { CloudClient } from './cloud-client.ts';
export { flowError, flowInto } from './flow-into.ts';
export type { DeedRef, WaitingDeed } from './deeds.ts';
export { createOutbox, type Outbox } from './outbox.ts';
export { asProblem, problemKinds } from './problems.ts';
export type { OpenDeed } from './refused.ts';
export type { ChangeApplier, CloudApi, CloudOp, CloudOpResult, RecordingUpload, RecordingUploads } from './ports.ts';
export type { Generations } from './generation.ts';
export { createGenerations } from './generation-thread.ts';
export type { SyncService } from './sync.ts';

export interface SyncFeature extends Disposable {
  readonly handlers: Pick<Handlers<typeof sessionArea>, 'sync.now' | 'sync.retry' | 'sync.discard'>;
  readonly sources: Pick<Sources<typeof sessionArea>, 'sync.state' | 'sync.problems'>;
  readonly service: SyncService;
  /** Resolves some time after `dispose`, when nothing of it has the database open. Never rejects. */
  ended(): Promise<void>;
}

export interface SyncOptions {
  readonly context: EngineContext;
  /** Of the signed-in person. */
  readonly database: Pick<Database, 'write' | 'bulk'>;
  readonly api: CloudApi;
  readonly outbox: Outbox;
  /** How everything is read anew. */
  readonly generations: Generations;
  /** By the cloud's name of the type: lead, call, recording, employee, company. */
  readonly appliers: { readonly [type: string]: ChangeApplier };
  readonly recordings: RecordingUploads;
  /** In [0, 1); for the jitter of retries. */
  readonly random: () => number;
}

/** Keeps one person's data in step with the cloud, from now until disposed. */
export function createSync(options: SyncOptions): SyncFeature {
  const { context, database, api, appliers, generations } = options;
  const { clock } = context;
  const meta = createKeyValueStore(database.write);
  const offset = new ClockOffset(clock, meta);
  const puller = createPuller({
    database,
    api: measured(api, clock, offset),
    appliers,
    generations,
    clock,
    logger: context.logger.child('sync'),
    pause: nextTurn,
  });
  const onSettled = (putBack: boolean): void =>
    ['call', ...(putBack ? ['lead', 'listing', 'snippet'] : [])].forEach((type) => appliers[type]?.applied?.());
  const service = createSyncService({ ...options, puller, meta, clockOffMs: () => offset.offMs, onSettled });
  return {
    handlers: {
      'sync.now': async () => {
        await service.now();
        return null;
      },
      'sync.retry': ({ opId }) => (service.retry(opId), null),
      'sync.discard': ({ opId }) => (service.discard(opId), null),
    },
    sources: {
      'sync.state': (_args, sink) => {
        sink.item(service.state);
        const subscription = service.onState((state) => sink.item(state));
        return () => subscription.dispose();
      },
      'sync.problems': (_args, sink) => {
        const tell = (): void => sink.item({ problems: service.problems() });
        tell();
        let told = service.state.refused;
        const subscription = service.onState(({ refused }) => {
          if (refused === told) return;
          told = refused;
          tell();
        });
        return () => subscription.dispose();
      },
    },
    service,
    ended: () => generations.ended(),
    dispose: () => {
      service.dispose();
      puller.dispose();
    },
  };
}
