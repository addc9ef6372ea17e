import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { until, type Client } from '#tests/support/desk.ts';
import { startEngineHere } from '#tests/support/engine-here.ts';
import { toOfficeHours } from '#tests/support/office-clock.ts';
import { openPtyPhone } from '#tests/support/pty-phone.ts';
import { leaveSignedIn } from '#tests/support/signed-in.ts';

const sample = { number: '15400000137', leadId: null, channel: null, slot: null };

/** A production desk with a phone at a serial port that answers to questions in this way. */
async function deskWith(retell: (text: string) => string): Promise<Client> {
  const dir = mkdtempSync(join(tmpdir(), 'jinhu-line-'));
  const { ptys, connection } = await openPtyPhone({}, { retell });
  await leaveSignedIn(dir, connection);
  const { client, close } = await startEngineHere(dir, toOfficeHours());
  onTestFinished(async () => {
    await close();
    await ptys.close();
    rmSync(dir, { recursive: true, force: true });
  });
  await until(client, 'phone.state', null, ({ slots }) => slots[0]?.condition === 'ready');
  return client;
}

it('sample numbers are dialled on a simulator at a serial port, so that it can be tried with the sample leads', async () => {
  const client = await deskWith((text) => text);
  expect(await client.attempt('calls.dial', sample)).toMatchObject({ ok: true });
});

it('the same make of metal is a line to people: sample numbers are refused', async () => {
  const client = await deskWith((text) => text.replace('JH5-1.0.0 SIMULATED', 'JH5-1.0.0'));
  expect(await client.attempt('calls.dial', sample)).toMatchObject({ ok: false, error: { code: 'gate.sample-data' } });
  const query = { search: '', employeeId: null, from: null, to: null, result: null, outcome: null };
  expect((await client.call('calls.list', { query, offset: 0, limit: 10 })).total).toBe(0);
});
