import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { connect } from '#shared/desk-contract/connect.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { sampleContract, SampleEngine, type SampleContract } from './sample-contract.ts';

/**
 * What the compiler has to refuse. Each `@ts-expect-error` fails the type check of tests/ as soon as the line under it
 * compiles; the run below only keeps the file honest (the values are used).
 */
const engine = new SampleEngine();
const handlersWithoutAdd: Omit<Handlers<SampleContract>, 'add'> = engine.handlers;
const sourcesWithoutState: Omit<Sources<SampleContract>, 'state'> = engine.sources;

// @ts-expect-error a command without a handler
const forgotten: Handlers<SampleContract> = handlersWithoutAdd;
// @ts-expect-error a stream without a source
const unsent: Sources<SampleContract> = sourcesWithoutState;
// @ts-expect-error an output of another shape
const lying: Handlers<SampleContract>['add'] = () => ({ total: 1 });

const desk = connect(sampleContract, {
  openPort: () => new Promise(() => undefined),
  clock: new ManualClock(),
  random: () => 0,
});

export async function neverRun(): Promise<void> {
  const answer = await desk.attempt('refuse', null);
  if (answer.ok) return;
  if (answer.error.code === 'call.busy') return;
  // @ts-expect-error a code that this command does not declare
  if (answer.error.code === 'phone.lost') return;
  // @ts-expect-error an input of another shape
  await desk.call('add', { a: 1 });
  // @ts-expect-error a command that does not exist
  await desk.call('subtract', { a: 1, b: 2 });
  // @ts-expect-error items are objects, not numbers
  desk.listen('state', null, (item: number) => item);
}

describe('the types of the contract', () => {
  it('were refused by the compiler where this file says so', () => {
    expect([forgotten, unsent, lying, neverRun].length).toBe(4);
  });
});
