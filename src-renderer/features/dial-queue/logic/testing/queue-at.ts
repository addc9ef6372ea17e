import type { QueueEntryView, QueueState } from '#shared/desk-contract/areas/dial-queue.ts';

export const entryAt = (part: Partial<QueueEntryView> = {}): QueueEntryView => ({
  position: 2,
  leadId: '01900000-0000-7000-8000-000000000102',
  companyName: '示例公司2',
  contactName: null,
  phone: '+8615400000202',
  state: 'waiting',
  tries: 0,
  callId: null,
  result: null,
  dueAt: null,
  problem: null,
  passedOverAt: null,
  ...part,
});

/** A queue of ten, as the engine would say it. */
export const queueAt = (part: Partial<QueueState> = {}): QueueState => ({
  id: '01900000-0000-7000-8000-000000000001',
  createdAt: 0,
  mode: 'progressive',
  tries: 2,
  retryMinutes: 30,
  retryOrder: 'behind-new',
  window: null,
  way: { channel: null, slot: null, lineId: null },
  phase: 'wrap-up',
  pause: null,
  over: false,
  entry: entryAt(),
  callId: null,
  until: null,
  problem: null,
  retryAt: null,
  total: 10,
  counts: { waiting: 4, retry: 1, dialling: 0, done: 2, skipped: 1, 'gave-up': 1, refused: 1 },
  now: 1_000_000,
  ...part,
});
