import { once } from 'node:events';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  changeStream,
  cloudRoutes,
  companyRoutes,
  type CloudSession,
  type RouteSpec,
} from '#shared/cloud-contract/contract.ts';
import { hasRight, type CompanyRight } from '#shared/domain/company-rights.ts';
import { demoAccounts } from '../main/sample-company.ts';
import { newId, systemClock } from '../main/system.ts';
import { hashPassword } from '../modules/auth/index.ts';
import { readAccess, signAccess } from '../modules/auth/tokens.ts';
import { everythingOf, markCompany, markRows, uploadHeaders, type TheirRows } from '../testing/marked-rows.ts';
import { aimed, asTheirCompany, post, reading, type Aim, type Aimed, type Answer } from '../testing/aims.ts';
import { companyAims, madeAccount, madeName } from '../testing/company-aims.ts';
import { makeCall, startTestCloud, type Account, type TestCloud } from '../testing/test-cloud.ts';

// Every route of the contract, aimed at rows that are not the asker's: of another company, and of colleagues.

type RouteName = keyof typeof cloudRoutes;

const pushing: Aim = (theirs, mine) => {
  const call = (changes: object): object => ({ ...makeCall(mine.employeeId), ...changes });
  const op = (what: string, row: object, foreign: Answer, colleague = foreign, opId = newId()): Aimed =>
    aimed(what, post('/v1/sync/push', { deviceId: 'd', ops: [{ opId, type: 'call.put', row }] }), foreign, colleague);
  const deed = (type: string, row: object, foreign: Answer, colleague = foreign): Aimed =>
    aimed(type, post('/v1/sync/push', { deviceId: 'd', ops: [{ opId: newId(), type, row }] }), foreign, colleague);
  const listing = {
    list: 'blacklist',
    number: '+8615400000197',
    reason: madeName,
    callId: theirs.callId,
    requestedAt: 1,
  };
  const fields = { companyName: madeName, contactName: null, contactTitle: null, phone: null, region: null, industry: null, registeredCapital: null, address: null, legalPerson: null, creditCode: null }; // prettier-ignore
  const sheet = { id: theirs.leadId, rows: 1, begins: false, ends: false, rule: 'overwrite', keys: [], createdAt: 1 };
  const leads = [{ id: newId(), line: 2, fields, note: { id: theirs.noteId, text: 'x' } }];
  const mayImport = mine.session.employee.role === 'agent' ? 'rejected' : 'own';
  const note = { id: newId(), leadId: theirs.leadId, text: 'x', createdAt: 1 };
  return [
    deed('lead.patch', { id: theirs.leadId, base: 9, fields: { region: 'x' } }, 'rejected'),
    // Who loses a lead is told to whom.
    { ...deed('lead.claim', { id: theirs.leadId }, 'rejected'), namesColleague: true },
    deed('lead.release', { id: theirs.leadId, reason: 'x' }, 'rejected'),
    deed('lead.assign', { id: theirs.leadId, from: theirs.employeeId, to: theirs.employeeId }, 'rejected'),
    deed('lead.delete', { id: theirs.leadId, reason: 'x' }, 'rejected'),
    deed('lead.import', { ...sheet, leads }, mayImport),
    deed('export.add', { id: newId(), list: 'leads', place: 'library', rows: 1, format: 'csv', numbers: 'full', filters: [], exportedAt: 1 }, 'own'),
    deed('note.add', note, 'rejected'),
    deed('note.add', { ...note, id: theirs.noteId }, 'rejected'),
    // Before the next one, which makes an entry of one's own under that id.
    deed('listing.withdraw', { id: theirs.listingId }, 'rejected'),
    deed('listing.request', { ...listing, id: theirs.listingId }, 'own', 'rejected'),
    deed('snippet.put', { id: theirs.snippetId, base: 0, category: '', title: 'x', text: 'x' }, 'own', 'rejected'),
    deed('snippet.remove', { id: theirs.snippetId }, 'own', 'rejected'),
    op('in their name', call({ employeeId: theirs.employeeId }), 'rejected'),
    op('their call, in their name', call({ id: theirs.callId, employeeId: theirs.employeeId, rev: 9 }), 'rejected'),
    op('their call as mine', call({ id: theirs.callId, rev: 9 }), 'own', 'rejected'),
    op('their operation', call({}), 'own', 'rejected', theirs.opId),
    op('with their company', call({ companyId: theirs.companyId, company_id: theirs.companyId }), 'own'),
    op('with their recording and line', call({ recording: { ...recordingPart, id: theirs.recordingId }, line: { id: theirs.callId, name: 'x' } }), 'own'),
  ]; // prettier-ignore
};
const recordingPart = {
  durationMs: 1, bytes: 1, sha256: 'a'.repeat(64), peakMs: 100, customerPeaks: '', agentPeaks: '', cutInMs: null,
  openerStartMs: null, openerEndMs: null,
}; // prettier-ignore

const announcing: Aim = (theirs, mine) => {
  const plan = (what: string, fields: object, foreign: Answer, colleague = foreign): Aimed => {
    const all = { recordingId: newId(), callId: mine.callId, sha256: 'a'.repeat(64), durationMs: '1', ...fields };
    return aimed(what, { method: 'POST', url: '/v1/recordings/upload', headers: uploadHeaders(all, 9) }, foreign, colleague); // prettier-ignore
  };
  return [
    plan('for their call', { callId: theirs.callId }, 'refused'),
    plan('their recording, for their call', { recordingId: theirs.recordingId, callId: theirs.callId }, 'refused'),
    plan('their recording', { recordingId: theirs.recordingId }, 'own', 'refused'),
    plan('their upload', { recordingId: theirs.uploadId }, 'own', 'refused'),
  ];
};

const onUploads = (method: 'HEAD' | 'PATCH' | 'DELETE'): Aim => (theirs) =>
  [theirs.uploadId, theirs.recordingId, theirs.callId].map((id) => {
    const headers = { 'upload-offset': '5', 'content-type': 'application/offset+octet-stream' };
    const body = method === 'PATCH' ? { headers, payload: Buffer.from('x') } : {};
    return aimed(id, { method, url: `/v1/recordings/upload/${id}`, ...body }, 'refused');
  }); // prettier-ignore

/** One entry per route: who adds a route says here how it may be misused. */
const aims: Record<RouteName, Aim> = {
  health: reading('/v1/health'),
  signIn: (theirs) => {
    const device = { deviceId: `device-${theirs.session.employee.account}`, deviceName: 'x' };
    const body = { account: theirs.session.employee.account, password: 'a wrong one', ...device };
    return [aimed('their account', post('/v1/auth/sign-in', body), 'refused')];
  },
  refresh: ({ session: { refreshToken }, employeeId }, mine) => [
    aimed('their token at my device', post('/v1/auth/refresh', { refreshToken, deviceId: mine.employeeId }), 'refused'),
    aimed('their id for a token', post('/v1/auth/refresh', { refreshToken: employeeId, deviceId: 'd' }), 'refused'),
  ],
  // Who has the token may end the session; nothing else will do.
  signOut: ({ session: { accessToken }, employeeId }) =>
    [accessToken.slice(0, 200), employeeId].map((refreshToken) => aimed(refreshToken, post('/v1/auth/sign-out', { refreshToken }), 'own')), // prettier-ignore
  changePassword: ({ employeeId, companyId, session: { employee } }) => {
    const theirIds = { employeeId, companyId, account: employee.account };
    const change = (what: string, oldPassword: string, answer: Answer): Aimed =>
      aimed(what, post('/v1/auth/change-password', { oldPassword, newPassword: 'sieben Lampen', ...theirIds }), answer);
    return [change('theirs, guessed', 'a wrong one', 'refused'), change('mine, with their ids', password, 'own')];
  },
  devices: (theirs) => [
    aimed('as it is', { url: '/v1/auth/devices' }, 'own'),
    aimed('theirs', asTheirCompany('/v1/auth/devices', theirs), 'refused'),
  ],
  endDevice: ({ deviceRowId, employeeId, session: { employee } }) =>
    [deviceRowId, employeeId, `device-${employee.account}`].map((id) => aimed(id, { method: 'DELETE', url: `/v1/auth/devices/${id}` }, 'refused')), // prettier-ignore
  me: reading('/v1/me'),
  ownQuotas: reading('/v1/quotas'),
  numberCheckOffer: reading('/v1/number-checks'),
  // Of what they have nothing is asked; that it is not there is all that is said.
  checkNumbers: ({ leadId, mark }) => [
    aimed('their lead', post('/v1/number-checks', { items: [{ leadId, number: mark }], force: true }), 'own'),
    aimed('mine, by their number', post('/v1/number-checks', { items: [{ leadId: newId(), number: '+8615400000199' }], force: false }), 'own'), // prettier-ignore
  ],
  employees: reading('/v1/employees'),
  changes: reading('/v1/changes'),
  changeStream: reading('/v1/changes/stream'),
  push: pushing,
  uploadCreate: announcing,
  uploadHead: onUploads('HEAD'),
  uploadPatch: onUploads('PATCH'),
  uploadDelete: onUploads('DELETE'),
  ...companyAims,
  // Of a colleague's account nobody is told the password, an administrator neither.
  sipAccountSecret: ({ sipAccountId, employeeId, capabilityNumberId }) =>
    [sipAccountId, employeeId, capabilityNumberId].map((id) => aimed(id, { url: `/v1/sip-accounts/${id}/secret` }, 'refused')), // prettier-ignore
  openerSound: ({ soundHash, recordingId }) =>
    [soundHash, recordingId].map((name) => aimed(name, { url: `/v1/openers/sounds/${name}` }, 'refused')),
  putOpenerSound: ({ soundHash }) => [
    aimed(
      'in place of theirs',
      {
        method: 'PUT',
        url: `/v1/openers/sounds/${soundHash}`,
        headers: { 'content-type': 'application/octet-stream' },
        payload: Buffer.from('x'),
      },
      'refused',
    ),
  ],
  // The same for everybody: whoever runs the cloud has supplied it.
  numberHeads: reading('/v1/number-heads'),
  numberHeadsFile: ({ soundHash, recordingId }) =>
    [soundHash, recordingId].map((name) => aimed(name, { url: `/v1/number-heads/${name}` }, 'refused')),
  recordingFile: (theirs) =>
    [theirs.recordingId, theirs.uploadId, theirs.callId].flatMap((id) => [
      aimed(id, { url: `/v1/recordings/${id}/file` }, 'refused'),
      aimed(`a part of ${id}`, { url: `/v1/recordings/${id}/file`, headers: { range: 'bytes=0-9' } }, 'refused'),
    ]),
};
const routeNames = Object.keys(aims) as RouteName[];

/** Everybody's. */
const { password } = demoAccounts[0];
const people = ['chen', 'lin', 'zhao', 'admin', 'foreign-admin'] as const satisfies readonly Account[];
type Person = (typeof people)[number];

let cloud: TestCloud;
let passwordHash: string;
const rows = {} as Record<Person, TheirRows>;

beforeAll(async () => {
  cloud = await startTestCloud();
  passwordHash = await hashPassword(password);
  for (const who of people) rows[who] = await markRows(cloud, await cloud.signIn(who), `${who}的密档ZQX`);
  const theirs = rows['foreign-admin'];
  rows['foreign-admin'] = { ...theirs, ...(await markCompany(cloud, theirs.companyId, theirs.mark)) };
});
afterAll(() => cloud.close());

it('the contract has no route that is not aimed at here', () => {
  expect(routeNames.sort()).toEqual(Object.keys(cloudRoutes).sort());
});

const said = (reply: LightMyRequestResponse): Answer | string => {
  if (reply.statusCode >= 400 && reply.statusCode < 500) return 'refused';
  if (reply.statusCode >= 300) return String(reply.statusCode);
  const { results } = (reply.headers['content-type'] ?? '').toString().includes('json')
    ? reply.json<{ results?: { status: string }[] }>()
    : {};
  return results && results.every(({ status }) => status === 'rejected') ? 'rejected' : 'own';
};

/** What of theirs is in the reply: the mark, and ids that the question did not name. */
function leaks(
  reply: LightMyRequestResponse,
  request: InjectOptions,
  theirs: TheirRows,
  kind: 'foreign' | 'colleague',
): string[] {
  const got = `${reply.rawPayload.toString()} ${JSON.stringify(reply.headers)}`;
  const asked = JSON.stringify(request) + uploadFields(request);
  const { mark, employeeId, callId, recordingId, uploadId, opId, deviceRowId, companyId } = theirs;
  const ids = [
    employeeId,
    callId,
    recordingId,
    uploadId,
    opId,
    deviceRowId,
    ...(kind === 'foreign' ? [companyId] : []),
  ];
  return [mark, ...ids.filter((id) => !asked.includes(id))].filter((one) => got.includes(one));
}
const uploadFields = ({ headers }: InjectOptions): string =>
  String(headers?.['upload-metadata'] ?? '').split(',').map((pair) => Buffer.from(pair.split(' ')[1] ?? '', 'base64').toString()).join(); // prettier-ignore

/** Of a stream, which would not end by itself, its beginning. */
async function answerTo(session: CloudSession, request: InjectOptions): Promise<LightMyRequestResponse> {
  if (!request.url?.toString().startsWith(changeStream.path)) return cloud.as(session, request);
  const reply = await cloud.as(session, { ...request, payloadAsStream: true });
  const [first] = (await once(reply.stream(), 'data')) as [Buffer];
  reply.stream().destroy();
  return Object.assign(reply, { rawPayload: first, body: first.toString() });
}

/** Asks all of a route and holds it against what is expected; looks after their rows before and after. */
async function expectRefusals(
  route: RouteName,
  who: Person,
  whose: Person,
  kind: 'foreign' | 'colleague',
): Promise<void> {
  const theirs = rows[whose];
  const person = kind === 'colleague' ? theirs.employeeId : undefined;
  const before = await everythingOf(cloud, theirs.companyId, person);
  for (const one of aims[route](theirs, rows[who])) {
    const reply = await answerTo(rows[who].session, one.request);
    const found = { answer: said(reply), leaks: leaks(reply, one.request, theirs, kind) };
    expect({ what: one.what, body: reply.body.slice(0, 300), ...found }).toMatchObject({
      answer: mayAsk(route, who) ? one[kind] : 'refused',
      leaks: kind === 'colleague' && one.namesColleague ? [theirs.mark] : [],
    });
  }
  expect(await everythingOf(cloud, theirs.companyId, person)).toEqual(before);
  await removeMade(rows[who].companyId);
}

const rightOf = (route: RouteName): CompanyRight | undefined => (cloudRoutes[route] as RouteSpec).right;
function mayAsk(route: RouteName, who: Person): boolean {
  const right = rightOf(route);
  return right === undefined || hasRight(rows[who].session.employee.role, right);
}

/** What was made of the asker's own, under ids of others too, would answer the next question; so would a new password. */
async function removeMade(companyId: string): Promise<void> {
  const kept = Object.values(rows).filter((one) => one.companyId === companyId);
  const not = (table: 'upload' | 'call', ids: readonly string[]) =>
    cloud.asOwner.deleteFrom(table).where('companyId', '=', companyId).where('id', 'not in', ids).execute();
  await not('upload', kept.map(({ uploadId }) => uploadId)); // prettier-ignore
  await not('call', kept.map(({ callId }) => callId)); // prettier-ignore
  const imported = cloud.asOwner.selectFrom('lead').select('id').where('companyName', '=', madeName);
  await cloud.asOwner.deleteFrom('note').where('companyId', '=', companyId).where('leadId', 'in', imported).execute();
  await cloud.asOwner.deleteFrom('lead').where('companyId', '=', companyId).where('id', 'in', imported).execute();
  await cloud.asOwner.deleteFrom('department').where('name', '=', madeName).execute();
  await cloud.asOwner.deleteFrom('listing').where('reason', '=', madeName).execute();
  await cloud.asOwner
    .deleteFrom('sipAccount')
    .where(sql`account->>'name'`, '=', madeName)
    .execute();
  await cloud.asOwner.deleteFrom('capabilityNumber').where('note', '=', madeName).execute();
  const snippets = kept.map(({ snippetId }) => snippetId);
  await cloud.asOwner.deleteFrom('snippet').where('companyId', '=', companyId).where('id', 'not in', snippets).execute(); // prettier-ignore
  await cloud.asOwner.deleteFrom('callScript').where('title', '=', madeName).execute();
  await cloud.asOwner.deleteFrom('employee').where('account', '=', madeAccount).execute();
  await cloud.asOwner.updateTable('employee').set({ passwordHash }).where('companyId', '=', companyId).execute();
  const ops = kept.map(({ opId }) => opId);
  await cloud.asOwner.deleteFrom('appliedOp').where('companyId', '=', companyId).where('opId', 'not in', ops).execute();
}

describe.each(['chen', 'zhao', 'admin'] as const)('%s, of another company', (who) => {
  it.each(routeNames)('gets nothing of it by %s, and changes nothing', async (route) => {
    await expectRefusals(route, who, 'foreign-admin', 'foreign');
  });
});

// An agent at another agent and at their own manager; a manager at somebody of another department.
describe.each([
  ['chen', 'lin'],
  ['chen', 'zhao'],
  ['zhao', 'lin'],
] as const)('%s, at the rows of %s in the same company', (who, whose) => {
  it.each(routeNames)('gets nothing by %s, and changes nothing', async (route) => {
    await expectRefusals(route, who, whose, 'colleague');
  });
});

describe('administration, in their own company', () => {
  const guarded = routeNames.filter((route) => rightOf(route) !== undefined);

  it('is all behind a right', () => {
    expect(Object.keys(companyRoutes).filter((route) => !guarded.includes(route as RouteName))).toEqual([]);
  });

  it.each(['chen', 'zhao'] as const)(
    'is refused to %s where the role has no right to it, and nothing changes',
    async (who) => {
      const before = await everythingOf(cloud, rows[who].companyId);
      const refused = guarded.filter((route) => !mayAsk(route, who));
      expect(refused).not.toEqual([]);
      for (const route of refused)
        for (const { request } of aims[route](rows[who], rows[who])) {
          const reply = await cloud.as(rows[who].session, request);
          const error = { code: 'access.denied', details: {} };
          expect([route, reply.statusCode, reply.json()]).toEqual([route, 403, { error }]);
        }
      expect(await everythingOf(cloud, rows[who].companyId)).toEqual(before);
    },
  );
});

it('bytes where JSON is meant are refused unread, whoever sends them', async () => {
  const headers = { 'content-type': 'Application/offset+Octet-stream' };
  for (const url of ['/v1/auth/refresh', '/v1/sync/push']) {
    const reply = await cloud.as(rows.chen.session, { method: 'POST', url, headers, payload: Buffer.from('{}') });
    expect([reply.statusCode, reply.json()]).toEqual([400, { error: { code: 'input.invalid', details: { reason: 'content-type' } } }]); // prettier-ignore
  }
});

describe('the rows that are looked after', () => {
  it('are of every table, and would be found in replies to those who may see them', async () => {
    const theirs = rows['foreign-admin'];
    const { files, ...tables } = await everythingOf(cloud, theirs.companyId);
    const empty = Object.entries(tables).filter(([, found]) => (found as string[]).length === 0);
    expect([empty, (files as string[]).length]).toEqual([[], 3]);
    for (const url of [
      '/v1/me',
      '/v1/auth/devices',
      '/v1/employees',
      '/v1/changes',
      `/v1/recordings/${theirs.recordingId}/file`,
      `/v1/openers/sounds/${theirs.soundHash}`,
    ]) {
      const reply = await cloud.as(theirs.session, { url });
      expect(leaks(reply, { url }, theirs, 'foreign')).toContain(theirs.mark);
    }
  });
});

describe('who is nobody, or nobody any more', () => {
  const closed = routeNames.filter((name) => (cloudRoutes[name] as RouteSpec).auth === 'user');
  const tokens: [string, string, () => Promise<string | undefined>][] = [
    ['without a token', 'auth.required', async () => undefined],
    ['with a token of nobody', 'auth.required', async () => 'Bearer x.y.z'],
    ['with a password', 'auth.required', async () => 'Basic YTpi'],
    ['with a token that has expired', 'auth.expired', async () => `Bearer ${await expired(rows.chen.session)}`],
    ['of a session that was ended', 'auth.expired', async () => `Bearer ${await signedOut()}`],
    ['with an account that was disabled', 'auth.disabled', async () => `Bearer ${rows.lin.session.accessToken}`],
  ];
  beforeAll(() => cloud.asOwner.updateTable('employee').set({ disabled: true }).where('account', '=', 'lin').execute());

  it.each(tokens)('%s is refused everywhere (%s)', async (_, code, make) => {
    const authorization = await make();
    const before = await everythingOf(cloud, rows.chen.companyId);
    for (const route of closed)
      for (const { request } of aims[route](rows.chen, rows.chen)) {
        const headers = { ...request.headers, ...(authorization ? { authorization } : {}) };
        const reply = await cloud.app.inject({ ...request, headers });
        expect([route, reply.statusCode]).toEqual([route, code === 'auth.disabled' ? 403 : 401]);
        if (request.method !== 'HEAD') expect(reply.json()).toEqual({ error: { code, details: {} } });
      }
    expect(await everythingOf(cloud, rows.chen.companyId)).toEqual(before);
  });

  it('only these routes are open', () => {
    const open = routeNames.filter((name) => !closed.includes(name));
    expect(open.sort()).toEqual(['health', 'refresh', 'signIn', 'signOut']);
  });

  /** Hers, as it would have been made 16 minutes ago. */
  async function expired({ accessToken }: CloudSession): Promise<string> {
    const now = systemClock.now();
    const claims = await readAccess(cloud.deps.signingKey, accessToken, now);
    return signAccess(cloud.deps.signingKey, claims, now - 16 * 60_000);
  }
  async function signedOut(): Promise<string> {
    const { accessToken, refreshToken } = await cloud.signIn('chen');
    await cloud.app.inject(post('/v1/auth/sign-out', { refreshToken }));
    return accessToken;
  }
});
