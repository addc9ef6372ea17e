import type { Role } from '#shared/domain/vocabulary.ts';
import type { EngineContext } from './context.ts';
import type { CallsFeature } from './features/calls/index.ts';
import type { DialQueueFeature } from './features/dial-queue/index.ts';
import type { LeadsFeature } from './features/leads/index.ts';
import type { SelfTestFeature } from './features/self-test/index.ts';
import { createWorkbench, type WorkbenchFeature, type WorkbenchReads } from './features/workbench/index.ts';
import type { SyncFeature } from './sync/index.ts';

interface Parts {
  readonly leads: LeadsFeature;
  readonly lists: WorkbenchReads;
  readonly calls: CallsFeature;
  readonly dialQueue: DialQueueFeature;
  readonly selfTest: SelfTestFeature;
  readonly sync: SyncFeature;
  /** Theirs as the cloud has told last. */
  readonly role: () => Role;
}

/** 工作台 looks at all of them, and none of them knows it. */
export const composeWorkbench = (
  { clock, logger }: EngineContext,
  { leads, lists, calls, dialQueue, selfTest, sync, role }: Parts,
): WorkbenchFeature =>
  createWorkbench({
    ...{ clock, logger, role },
    reads: lists,
    leads: leads.service,
    queueLeft: () => dialQueue.leftStanding(),
    selfTest: () => selfTest.view(),
    refused: () => sync.service.state.refused,
    changes: [calls.onChange, dialQueue.onChange, selfTest.onChange, sync.service.onState],
  });
