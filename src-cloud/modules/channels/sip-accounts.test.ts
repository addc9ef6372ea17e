import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { buildServer } from '../../app/build-server.ts';
import { SecretBox, type SecretKey } from '../../app/secret-box.ts';
import { everythingOf, markedAccount } from '../../testing/marked-rows.ts';
import { startTestCloud, testKey, type TestCloud } from '../../testing/test-cloud.ts';
import { renewSecrets } from './index.ts';

let cloud: TestCloud;
let admin: CloudSession;
let chen: CloudSession;
let lin: CloudSession;
let made = 0;

beforeAll(async () => {
  cloud = await startTestCloud();
  [admin, chen, lin] = [await cloud.signIn('admin'), await cloud.signIn('chen'), await cloud.signIn('lin')];
});
afterAll(() => cloud.close());

const base = '/v1/company/sip-accounts';
interface Answer {
  readonly status: number;
  readonly code?: string;
  readonly [field: string]: unknown;
}
async function asked(session: CloudSession, request: InjectOptions, app: FastifyInstance = cloud.app): Promise<Answer> {
  const headers = { authorization: `Bearer ${session.accessToken}` };
  const reply = await app.inject({ ...request, headers });
  const { error, ...rest } = reply.json<{ error?: { code: string; details: object } }>();
  return { status: reply.statusCode, ...rest, ...(error ? { code: error.code, details: error.details } : {}) };
}
type Typed = { account?: object; password?: string | null; turnPassword?: string | null; employeeId?: string | null };
const typed = ({ account, ...more }: Typed = {}) => {
  made += 1;
  const whole = { ...markedAccount, user: `80${String(made).padStart(2, '0')}`, ...account };
  return { account: whole, password: 'sieben-rote-Lampen', turnPassword: null, employeeId: null, ...more };
};
const create = (body: object = typed(), app?: FastifyInstance) =>
  asked(admin, { method: 'POST', url: base, body }, app);
async function created(more: Typed = {}): Promise<string> {
  const answer = await create(typed(more));
  expect(answer).toMatchObject({ status: 200 });
  return String(answer['id']);
}
const edit = (id: string, body: object, app?: FastifyInstance) => {
  const rest: Record<string, unknown> = { ...typed(), ...body };
  delete rest['employeeId'];
  return asked(admin, { method: 'PUT', url: `${base}/${id}`, body: rest }, app);
};
const assign = (id: string, employeeId: string | null) =>
  asked(admin, { method: 'PUT', url: `${base}/${id}/employee`, body: { employeeId } });
const secretOf = (id: string, session: CloudSession, app?: FastifyInstance) =>
  asked(session, { url: `/v1/sip-accounts/${id}/secret` }, app);
const listed = async (id: string, app?: FastifyInstance) => {
  const { accounts } = (await asked(admin, { url: base }, app)) as unknown as { accounts: { id: string }[] };
  return accounts.find((one) => one.id === id);
};
/** What a desk of that person is told of the account: nothing, that it is not theirs, or the row. */
async function toldTo(session: CloudSession, id: string): Promise<object | null | undefined> {
  const { changes } = (await asked(session, { url: '/v1/changes?after=0' })) as unknown as { changes: { type: string; id: string; row: object | null }[] }; // prettier-ignore
  return changes.find((one) => one.type === 'sip-account' && one.id === id)?.row;
}
const audit = (id: string) => cloud.asOwner.selectFrom('audit').selectAll().where('entityId', '=', id).orderBy('id').execute(); // prettier-ignore
const rowOf = (id: string) => cloud.asOwner.selectFrom('sipAccount').selectAll().where('id', '=', id).executeTakeFirstOrThrow(); // prettier-ignore
/** The same cloud with other keys. */
const withKeys = (...keys: SecretKey[]) => buildServer({ ...cloud.deps, secrets: new SecretBox(keys) });
const otherKey = (id: string): SecretKey => ({ id, bytes: new Uint8Array(32).fill(9) });

describe('a SIP account of the company', () => {
  it('is told to the desk of its employee without the password, which that desk alone is given', async () => {
    const id = await created({ account: { name: '客服一线' }, employeeId: chen.employee.id });
    const row = { id, account: { server: markedAccount.server, name: '客服一线' } };
    expect(await toldTo(chen, id)).toMatchObject(row);
    expect(JSON.stringify(await toldTo(chen, id))).not.toMatch(/sieben|sealed|password/i);
    for (const session of [lin, admin]) {
      expect(await toldTo(session, id)).toBeNull();
      expect(await secretOf(id, session)).toMatchObject({ status: 404, code: 'not-found' });
    }
    expect(await secretOf(id, chen)).toMatchObject({ status: 200, password: 'sieben-rote-Lampen', turnPassword: null });
  });

  it('has its password nowhere in the database, the lists, the changes or the audit log', async () => {
    const account = { turn: ['turn.example.com'], turnUser: 'u' };
    const id = await created({ account, turnPassword: 'relay-Passwort', employeeId: chen.employee.id });
    await secretOf(id, chen);
    await edit(id, { base: 1, account: { ...markedAccount, ...account, user: 'neu' }, password: 'acht-blaue-Eimer' });
    await assign(id, lin.employee.id);
    const everything = JSON.stringify(await everythingOf(cloud, admin.company.id));
    const told = JSON.stringify([await listed(id), await audit(id), await toldTo(lin, id)]);
    for (const secret of ['sieben-rote-Lampen', 'acht-blaue-Eimer', 'relay-Passwort']) {
      expect(everything).not.toContain(secret);
      expect(told).not.toContain(secret);
    }
    expect((await audit(id)).map(({ action, details }) => [action, details?.after])).toMatchObject([
      ['channel.created', { employee: '陈晓' }],
      ['channel.secret-taken', undefined],
      ['channel.changed', { user: 'neu', password: 'new' }],
      ['channel.assigned', { employee: '林可' }],
    ]);
    expect(await secretOf(id, lin)).toMatchObject({ password: 'acht-blaue-Eimer', turnPassword: 'relay-Passwort' });
  });

  it('goes to another employee, or back: who loses it is told so, and gets no password any more', async () => {
    const id = await created({ employeeId: chen.employee.id });
    await secretOf(id, chen);
    expect(await listed(id)).toMatchObject({ employeeName: '陈晓', takenAt: expect.any(Number) });
    await assign(id, lin.employee.id);
    expect([await toldTo(chen, id), await toldTo(lin, id)]).toMatchObject([null, { id }]);
    expect((await secretOf(id, chen)).code).toBe('not-found');
    expect(await listed(id)).toMatchObject({ employeeName: '林可', takenAt: null, version: 2 });
    await assign(id, null);
    expect([await toldTo(lin, id), (await secretOf(id, lin)).code]).toEqual([null, 'not-found']);
    expect((await asked(admin, { method: 'DELETE', url: `${base}/${id}` })).status).toBe(200);
    expect(await listed(id)).toBeUndefined();
    const log = await audit(id);
    expect(log.map(({ action }) => action)).toEqual(['channel.created', 'channel.secret-taken', 'channel.assigned', 'channel.taken-back', 'channel.removed']); // prettier-ignore
  });

  it('keeps its password where none is typed, and desks know by the id whether there is another one', async () => {
    const id = await created({ employeeId: chen.employee.id });
    const { secretId } = await secretOf(id, chen);
    expect(await edit(id, { base: 1, password: null })).toMatchObject({ status: 200, version: 2 });
    expect(await toldTo(chen, id)).toMatchObject({ secretId });
    expect(await edit(id, { base: 1, password: null })).toMatchObject({ code: 'sync.conflict' });
    await edit(id, { base: 2, password: 'acht-blaue-Eimer' });
    const after = await secretOf(id, chen);
    expect(after).toMatchObject({ password: 'acht-blaue-Eimer' });
    expect(after['secretId']).not.toBe(secretId);
    // A TURN server that comes needs a password of its own, and one that goes takes it along.
    const turn = { ...markedAccount, user: 'turn', turn: ['turn.example.com'], turnUser: 'u' };
    expect((await edit(id, { base: 3, password: null, account: turn })).code).toBe('sip.turn-no-password');
    await edit(id, { base: 3, password: null, turnPassword: 'relay', account: turn });
    expect(await listed(id)).toMatchObject({ hasTurnPassword: true });
    expect(await secretOf(id, chen)).toMatchObject({ password: 'acht-blaue-Eimer', turnPassword: 'relay' });
  });

  it.each([
    [{ account: { server: 'https://pbx.example.com' } }, 'sip.server-invalid'],
    [{ account: { user: '80 01' } }, 'sip.user-invalid'],
    [{ account: { callerIds: ['sales'] } }, 'sip.caller-id-invalid'],
    [{ password: '' }, 'sip.no-password'],
    [{ employeeId: '019a0000-0000-7000-8000-000000000001' }, 'not-found'],
  ])('is refused with what is wrong with it: %o, %s', async (more, code) => {
    expect((await create(typed(more))).code).toBe(code);
  });

  it('is there once, by server, domain and user, also when two are typed at once', async () => {
    const same = { account: { user: 'same' } };
    const both = await Promise.all([create(typed(same)), create(typed(same))]);
    expect(both.map(({ code }) => code).sort()).toEqual(['channel.account-exists', undefined]);
  });

  it('is found by name, extension and whose it is, in pages', async () => {
    await created({ account: { name: '质检专线', user: 'qa-1' }, employeeId: lin.employee.id });
    const users = async (search: string): Promise<unknown[]> => {
      const answer = await asked(admin, { url: `${base}?limit=2&search=${encodeURIComponent(search)}` });
      return [
        answer['total'],
        (answer['accounts'] as { account: { user: string } }[]).map(({ account }) => account.user),
      ];
    };
    expect(await users('质检')).toEqual([1, ['qa-1']]);
    expect(await users('QA-1')).toEqual([1, ['qa-1']]);
    expect((await users('林可'))[1]).toContain('qa-1');
    expect(await users('%')).toEqual([0, []]);
    expect((await users(''))[1]).toHaveLength(2);
  });

  it('is refused to an employee who has eight, also when two are assigned at once', async () => {
    const zhao = (await cloud.signIn('zhao')).employee.id;
    for (let n = 0; n < 7; n += 1) await created({ employeeId: zhao });
    const [one, other] = [await created(), await created()];
    const both = await Promise.all([assign(one, zhao), assign(other, zhao)]);
    expect(both.map(({ code }) => code).sort()).toEqual(['channel.employee-full', undefined]);
    expect((await create(typed({ employeeId: zhao }))).code).toBe('channel.employee-full');
  });
});

describe('the key', () => {
  it('that is missing, or another one, is said to be so, and nothing else fails', async () => {
    const id = await created({ employeeId: chen.employee.id });
    const missing = await withKeys(otherKey('other'));
    expect(await secretOf(id, chen, missing)).toMatchObject({
      code: 'secret.unreadable',
      details: { key: testKey.id },
    });
    expect(await listed(id, missing)).toMatchObject({ readable: false });
    expect((await edit(id, { base: 1, password: null, account: { ...markedAccount, user: 'x', turn: ['t.example.com'], turnUser: 'u' }, turnPassword: 'r' }, missing)).code).toBe('secret.unreadable'); // prettier-ignore
    const wrong = await withKeys(otherKey(testKey.id));
    expect((await secretOf(id, chen, wrong)).code).toBe('secret.unreadable');
    // What is typed anew is readable again.
    expect(await edit(id, { base: 1, password: 'acht-blaue-Eimer' }, missing)).toMatchObject({ status: 200 });
    expect(await secretOf(id, chen, missing)).toMatchObject({ password: 'acht-blaue-Eimer' });
    for (const app of [missing, wrong]) await app.close();
  });

  it('of a row that was copied from another account does not open it', async () => {
    const [one, other] = [await created({ employeeId: chen.employee.id }), await created()];
    const { sealed, keyId } = await rowOf(other);
    await cloud.asOwner.updateTable('sipAccount').set({ sealed, keyId }).where('id', '=', one).execute();
    expect((await secretOf(one, chen)).code).toBe('secret.unreadable');
  });

  it('is changed by putting another one in front: old rows stay readable, and are encrypted anew', async () => {
    const id = await created({ employeeId: chen.employee.id });
    const [fresh, rotated] = [otherKey('fresh'), new SecretBox([otherKey('fresh'), testKey])];
    const during = await withKeys(fresh, testKey);
    expect(await secretOf(id, chen, during)).toMatchObject({ password: 'sieben-rote-Lampen' });
    const before = await rowOf(id);
    await renewSecrets({ ...cloud.deps, secrets: rotated });
    expect([before.keyId, (await rowOf(id)).keyId]).toEqual([testKey.id, 'fresh']);
    const after = await withKeys(fresh);
    expect(await secretOf(id, chen, after)).toMatchObject({
      password: 'sieben-rote-Lampen',
      secretId: before.secretId,
    });
    await renewSecrets({ ...cloud.deps, secrets: new SecretBox([testKey, fresh]) });
    for (const app of [during, after]) await app.close();
  });

  it('without one nothing is kept, rather than in clear', async () => {
    const none = await withKeys();
    expect((await create(typed(), none)).code).toBe('secret.no-key');
    await none.close();
  });
});
