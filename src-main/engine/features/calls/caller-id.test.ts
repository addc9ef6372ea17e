import { expect, it } from 'vitest';
import { testDatabase } from '../../testing/test-database.ts';
import { CallsDesk } from './testing/calls-desk.ts';

const numbers = ['15400000001', '15400000002'];

/** A desk with a SIP account that may show these numbers. */
function deskWith(callerIds: readonly string[]) {
  const desk = new CallsDesk(testDatabase(), undefined, undefined, callerIds);
  return { desk, line: desk.sip };
}

async function dial(
  { desk, line }: ReturnType<typeof deskWith>,
  more: { callerId?: string; hideNumber?: boolean; number?: string },
) {
  const { callId } = await desk.ask('calls.dial', { number: '15400000137', channel: 'sip', ...more });
  line.happen({ type: 'ended', cause: 'busy' });
  const placed = desk.database.read.get<{ details: string }>(
    'SELECT details FROM call_event WHERE call_id = ? ORDER BY id',
    [callId],
  );
  const { callerId, hideNumber } = line.dialled.at(-1) ?? {};
  return { shown: { callerId, hideNumber }, evidence: JSON.parse(placed?.details ?? '{}') as Record<string, unknown> };
}

it('the first number of the account is shown, or the one that was chosen for this call, and the record says which', async () => {
  const there = deskWith(numbers);
  const usual = await dial(there, {});
  expect(usual).toMatchObject({ shown: { callerId: numbers[0] }, evidence: { callerId: numbers[0] } });
  const chosen = await dial(there, { callerId: '15400000002' });
  expect(chosen).toMatchObject({ shown: { callerId: numbers[1] }, evidence: { callerId: numbers[1] } });
});

it('an account without any leaves it to the PBX', async () => {
  const { shown, evidence } = await dial(deskWith([]), {});
  expect(shown).toEqual({});
  expect(evidence).not.toHaveProperty('callerId');
});

it('one that the account does not have is refused, and nobody is dialled', async () => {
  const there = deskWith(numbers);
  await expect(dial(there, { callerId: '15400000003' })).rejects.toMatchObject({
    code: 'sip.caller-id-unknown',
    details: { number: '15400000003' },
  });
  expect(there.line.dialled).toEqual([]);
  expect(there.desk.calls.inCall()).toBe(false);
});

it('the number is hidden over SIP as well, but not from an emergency number', async () => {
  const there = deskWith(numbers);
  const hidden = await dial(there, { hideNumber: true });
  expect(hidden).toMatchObject({ shown: { hideNumber: true }, evidence: { numberHidden: true } });
  const emergency = await dial(there, { hideNumber: true, number: '110' });
  expect(emergency.shown).toEqual({ callerId: numbers[0] });
});

it('a number of the SIP account means nothing to the phone', async () => {
  const { desk } = deskWith(numbers);
  await desk.ask('calls.dial', { number: '15400000137', channel: 'desk-phone', callerId: '15400000003' });
  expect(desk.phone.dialled.at(-1)).not.toHaveProperty('callerId');
});

it('goes to the cloud with the call, and a manager’s desk shows which; a hidden one was shown to nobody', async () => {
  const { desk, line } = deskWith(numbers);
  const rowOf = async (more: { callerId?: string; hideNumber?: boolean }) => {
    const { callId } = await desk.ask('calls.dial', { number: '15400000137', channel: 'sip', ...more });
    line.happen({ type: 'ended', cause: 'busy' });
    const row = desk.calls.cloud.row(callId, null);
    if (!row) throw new Error('no row');
    return row;
  };
  const row = await rowOf({ callerId: '15400000002' });
  expect(row.callerId).toBe('15400000002');
  const manager = new CallsDesk();
  manager.calls.cloud.upsert(row);
  expect((await manager.get(row.id)).callerId).toBe('15400000002');
  expect((await rowOf({ hideNumber: true })).callerId).toBeNull();
});
