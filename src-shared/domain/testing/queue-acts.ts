import fc from 'fast-check';
import type { QueueEvent } from '../dial-queue.ts';
import { queueModes, retryOrders, type QueuePlan } from '../queue-entry.ts';
import type { CallResult, EndCause } from '../vocabulary.ts';

/** What happens to a queue and around it, one thing at a time, for the model. */
export type Act =
  | { do: 'tell'; event: QueueEvent }
  /** Skips, confirms or removes one of the entries. */
  | { do: 'point'; type: 'confirm' | 'skip' | 'remove'; nth: number }
  | { do: 'confirm-shown' }
  | { do: 'gate'; refusal: { code: string; inMs: number | null } | null }
  | { do: 'send' }
  | { do: 'end'; result: CallResult; cause: EndCause }
  | { do: 'agent'; state: 'idle' | 'break' | 'wrap-up'; ms: number | null }
  | { do: 'other-call'; on: boolean }
  | { do: 'wait'; ms: number; jump: number }
  /** kill -9. `carried`: the phone goes on with the call. `recordLost`: of two files the one with the calls is the older. */
  | { do: 'crash'; carried: boolean; recordLost: boolean };

const codes = [
  ...['gate.blacklisted', 'gate.too-soon', 'gate.too-many-today', 'gate.hours', 'not-found', 'number.invalid'],
  ...['sim.gap', 'sim.all-spent', 'phone.none', 'call.busy', 'disk.full'],
];
const ends: readonly [CallResult, EndCause][] = [
  ['connected', 'remote-hang-up'],
  ['no-answer', 'no-answer'],
  ['busy', 'busy'],
  ['unreachable', 'unreachable'],
  ['cancelled', 'local-hang-up'],
  ['failed', 'network-failure'],
  ['failed', 'device-lost'],
];

const planFields: { readonly [K in keyof QueuePlan]: fc.Arbitrary<QueuePlan[K]> } = {
  mode: fc.constantFrom(...queueModes),
  tries: fc.integer({ min: 1, max: 3 }),
  retryMinutes: fc.integer({ min: 0, max: 20 }),
  retryOrder: fc.constantFrom(...retryOrders),
  window: fc.constantFrom(null, { startMinute: 9 * 60, endMinute: 11 * 60 }),
  way: fc.constant({ channel: null, slot: null, lineId: null }),
};
/** How it is planned at first. */
export const plans: fc.Arbitrary<QueuePlan> = fc.record(planFields);

export const tell = (event: QueueEvent): Act => ({ do: 'tell', event });
/** Often enough of each for a run of eighty to come through all that there is. */
export const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('start' as const, 'resume' as const).map((type) => tell({ type })) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('continue-now' as const, 'keep-wrapping' as const, 'tick' as const)
      .map((type) => tell({ type })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('meal' as const, 'other' as const).map((reason) => tell({ type: 'pause', reason })),
  },
  { weight: 4, arbitrary: fc.constant<Act>({ do: 'confirm-shown' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('point' as const),
      type: fc.constantFrom('confirm' as const, 'skip' as const, 'remove' as const),
      nth: fc.nat(8),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.nat(12), { maxLength: 3 })
      .map((of) => tell({ type: 'add', leadIds: of.map((n) => `lead-${n}`) })),
  },
  {
    weight: 2,
    arbitrary: fc.record(planFields, { requiredKeys: [] }).map((plan) => tell({ type: 'change', plan })),
  },
  { weight: 6, arbitrary: fc.constant<Act>({ do: 'gate', refusal: null }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('gate' as const),
      refusal: fc.record({ code: fc.constantFrom(...codes), inMs: fc.option(fc.nat(900_000)) }),
    }),
  },
  { weight: 6, arbitrary: fc.constant<Act>({ do: 'send' }) },
  { weight: 6, arbitrary: fc.constantFrom(...ends).map(([result, cause]): Act => ({ do: 'end', result, cause })) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('agent' as const),
      state: fc.constantFrom('idle' as const, 'break' as const, 'wrap-up' as const),
      ms: fc.option(fc.nat(60_000)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('other-call' as const), on: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.nat(900_000),
      jump: fc.oneof(
        { weight: 9, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: -1e8, max: 1e8 }) },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('crash' as const), carried: fc.boolean(), recordLost: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.nat(9).map((n) => tell({ type: n === 0 ? 'stop' : 'tick' })) },
);
