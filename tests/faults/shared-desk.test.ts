import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until, type Client } from '#tests/support/desk.ts';
import { startEngineProcess, type EngineProcess } from '#tests/support/engine-process.ts';
import { toOfficeHours } from '#tests/support/office-clock.ts';
import { answering, openPtyPhone, type OpenPtyPhone } from '#tests/support/pty-phone.ts';
import { lateEmployee, leaveSignedIn, testEmployee } from '#tests/support/signed-in.ts';

const shift = toOfficeHours();
let dir: string;
let rig: OpenPtyPhone;
let engine: EngineProcess;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'jinhu-shared-desk-'));
  rig = await openPtyPhone();
});
afterEach(async () => {
  await engine.kill();
  await rig.ptys.close();
  rmSync(dir, { recursive: true, force: true });
});

async function sitDown(employee: typeof testEmployee | typeof lateEmployee): Promise<void> {
  await leaveSignedIn(dir, rig.connection, employee);
  engine = startEngineProcess(dir, shift, true);
  await until(engine.client, 'session.state', null, ({ employee: who }) => who?.id === employee.id);
}

/** What the window shows of the first card. */
const dialsToday = async (client: Client): Promise<unknown> => {
  const { slots } = await until(client, 'phone.state', null, (state) => state.slots[0]?.problem === null);
  return [slots[0]?.todayDials, slots[0]?.use?.dialsThisHour];
};

/** @returns when the customer has answered */
async function call(number: string): Promise<void> {
  rig.sim.farParty(number).behaviour = answering(100, 'nobody');
  const { callId } = await engine.client.call('calls.dial', { number, leadId: null, channel: null, slot: null });
  await until(engine.client, 'calls.current', null, (item) => item.call?.id === callId && item.call.state === 'active');
}

it('killed in mid-call between two people’s shifts, the desk charges every dial to its card for both of them', async () => {
  await sitDown(testEmployee);
  expect(await dialsToday(engine.client)).toEqual([0, 0]);
  await call('15400000137');
  await engine.kill();

  await sitDown(lateEmployee);
  expect(await dialsToday(engine.client)).toEqual([1, 1]);
  // The early shift's call is on the phone still: it leaves the line first, and its dial stays charged.
  await call('15400000138');
  expect(rig.sim.calls.map(({ state }) => state)).toEqual(['ended', 'active']);
  expect(await dialsToday(engine.client)).toEqual([2, 2]);
  await engine.kill();

  await sitDown(testEmployee);
  expect(await dialsToday(engine.client)).toEqual([2, 2]);
  const query = { search: '', employeeId: null, from: null, to: null, result: null, outcome: null };
  const { rows } = await engine.client.call('calls.list', { query, offset: 0, limit: 10 });
  expect(rows.map(({ number }) => number)).toEqual(['+8615400000137']);
});
