import { disposable } from '#shared/base/dispose.ts';
import type { LeadsDeps } from '../features/leads/leads.ts';

/** An outbox in which nothing is ever noted. */
export const noDeeds: LeadsDeps['deeds'] = {
  enqueueDeed: () => undefined,
  waitingDeeds: () => [],
  everyWaitingDeed: () => [],
  forgetRefused: () => undefined,
  openDeeds: () => [],
  refusals: () => [],
  refusedOpIds: () => [],
  retry: () => undefined,
  discard: () => undefined,
  onRefused: () => disposable(() => undefined),
};
