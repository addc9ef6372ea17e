import { expect, it } from 'vitest';
import type { EndCause } from '#shared/domain/vocabulary.ts';
import { CallsDesk } from './testing/calls-desk.ts';

async function started(before?: CallsDesk): Promise<CallsDesk> {
  const desk = before ? new CallsDesk(before.database, before.context) : new CallsDesk();
  await desk.calls.start();
  return desk;
}

/** Somebody calls, and it ends so. */
async function called(desk: CallsDesk, cause: EndCause): Promise<string> {
  const id = desk.context.newId();
  desk.phone.ring(id, '15400000137');
  desk.context.clock.advance(2000);
  desk.phone.happen({ type: 'ended', cause }, id);
  await desk.ask('calls.dismiss', { callId: id });
  return id;
}

const last = <T>(items: readonly T[]): T | undefined => items.at(-1);

it('counts who was missed, on a break too, until the list is looked at', async () => {
  const desk = await started();
  const { items } = desk.listen('calls.missed');
  expect(items).toEqual([{ unseen: 0 }]);
  const first = await called(desk, 'remote-hang-up');
  const second = await called(desk, 'agent-away');
  expect(last(items)).toEqual({ unseen: 2 });
  const { rows } = await desk.ask('calls.list', { query: { result: 'missed' }, offset: 0, limit: 10 });
  expect(rows.map(({ id }) => id)).toEqual([second, first]);
  desk.context.clock.advance(1000);
  await desk.ask('calls.seeMissed', null);
  expect(last(items)).toEqual({ unseen: 0 });
  await called(desk, 'no-answer');
  expect(last(items)).toEqual({ unseen: 1 });
});

it('nobody missed whom a colleague took, and whom we declined', async () => {
  const desk = await started();
  const { items } = desk.listen('calls.missed');
  await called(desk, 'taken-elsewhere');
  await called(desk, 'local-hang-up');
  expect(last(items)).toEqual({ unseen: 0 });
});

it('what was seen stays seen after a restart, what was not stays news', async () => {
  const desk = await started();
  desk.listen('calls.missed');
  await called(desk, 'remote-hang-up');
  const next = await started(desk);
  expect(next.listen('calls.missed').items).toEqual([{ unseen: 1 }]);
  desk.context.clock.advance(1000);
  await next.ask('calls.seeMissed', null);
  expect((await started(next)).listen('calls.missed').items).toEqual([{ unseen: 0 }]);
});
