import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDeskHost } from '#main/demo/desk-host.ts';
import { enterDemo, openClient, startTestDesk, until, type Client, type TestDesk } from '#tests/support/desk.ts';

/** Four desks on one cloud: who sees whose call, and who may listen to it (product P3: agent own, manager department, admin all). */
let agent: TestDesk;
const others = new Map<string, Client>();
let callId: string;

async function deskOf(account: string): Promise<Client> {
  const client = openClient(await agent.host.openDesk(account));
  await enterDemo(client, account);
  others.set(account, client);
  return client;
}

/** One answered call of 陈晓, recorded, marked and uploaded. */
async function call(client: Client): Promise<string> {
  await until(client, 'phone.state', null, (phone) => phone.slots.some((slot) => slot.condition === 'ready'));
  const { callId: id } = await client.call('calls.dial', { number: '154 0000 1188' });
  await until(client, 'calls.current', null, (current) => (current.call?.opener?.heardMs ?? 0) > 500);
  await client.call('calls.cutIn', { callId: id });
  await client.call('calls.hangUp', { callId: id });
  await client.call('calls.setOutcome', { callId: id, outcome: 'call-again' });
  await until(client, 'calls.current', null, (current) => current.call?.recording?.state === 'uploaded');
  await client.call('sync.now', null);
  return id;
}

beforeAll(async () => {
  agent = await startTestDesk(createDeskHost);
  await enterDemo(agent.client, 'chen');
  callId = await call(agent.client);
});
afterAll(async () => {
  for (const client of others.values()) client.dispose();
  await agent.close();
});

describe('who sees a call', () => {
  it.each(['zhao', 'admin'])(
    '%s (manager of the department, administrator) sees it and can play it',
    async (account) => {
      const client = await deskOf(account);
      await client.call('sync.now', null);
      const { rows, total } = await client.call('calls.list', { query: {}, offset: 0, limit: 10 });
      expect(total).toBe(1);
      expect(rows[0]).toMatchObject({ id: callId, employeeName: '陈晓', outcome: 'call-again', result: 'connected' });
      const recording = await client.call('recordings.open', { callId });
      expect(recording.url).toMatch(/^\/media\//);
      expect(recording.cutInMs).toBeGreaterThan(0);
    },
  );

  it('a colleague in another department neither sees it nor can open its recording', async () => {
    const client = await deskOf('lin');
    await client.call('sync.now', null);
    expect((await client.call('calls.list', { query: {}, offset: 0, limit: 10 })).total).toBe(0);
    const refused = await client.attempt('recordings.open', { callId });
    expect(refused).toMatchObject({ ok: false, error: { code: 'recording.none' } });
  });

  it("nobody changes another person's verdict or note", async () => {
    const admin = others.get('admin');
    const refused = await admin?.attempt('calls.setNote', { callId, note: 'mine now' });
    expect(refused).toMatchObject({ ok: false });
    expect((await agent.client.call('calls.get', { id: callId })).note).toBe('');
  });
});
