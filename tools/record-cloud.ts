/**
 * `npx node tools/record-cloud.ts`: what this server sends to its database in all that it can do, as
 * src-cloud/database/testing/sessions/<last migration>.json. Later versions play it on their own schema (old-server.test.ts):
 * as long as this server may run beside them, it must get through.
 */
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { buildServer } from '#cloud/app/build-server.ts';
import { CloudMetrics } from '#cloud/app/operations/index.ts';
import { clipFile } from '#cloud/testing/test-cloud.ts';
import { SecretBox } from '#cloud/app/secret-box.ts';
import { openDatabase, ourSchema } from '#cloud/database/database.ts';
import { writeCompany } from '#cloud/database/changes.ts';
import { startEmbedded } from '#cloud/database/embedded.ts';
import { prepareDatabase } from '#cloud/database/prepare.ts';
import { rowsOf, sessionsFolder, type RecordedSession } from '#cloud/database/testing/recorded-session.ts';
import { addCompany } from '#cloud/main/add-company.ts';
import { sampleLeads } from '#cloud/main/sample-company.ts';
import { newId, systemClock } from '#cloud/main/system.ts';
import { renewSecrets } from '#cloud/modules/channels/index.ts';
import { beginNewHistory } from '#cloud/modules/changes/index.ts';
import { failingNumbers, simulatedCheck } from '#cloud/modules/number-checks/simulated.ts';
import { recycleLeads } from '#cloud/modules/leads/index.ts';
import { loadNumberHeads } from '#cloud/modules/number-heads/index.ts';
import { sweepOpenerSounds } from '#cloud/modules/openers/index.ts';
import { purgeRecordings, sweepUploads } from '#cloud/modules/recordings/index.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { defaultCallRules } from '#shared/domain/call-rules.ts';
import { defaultPoolRules } from '#shared/domain/pool-rules.ts';
import type { CloudDeps } from '#cloud/app/deps.ts';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { exportWork, madeAndRemoved, numberHeadsWork, outcomeWork } from './recorded-company.ts';
import { checkAllIsDone, checkWork, Desk, inject, keeping } from './recorded-desk.ts';

/** Notes every statement of this process from now on. One session with the database: what is noted is in order. */
function record(): RecordedSession {
  const session: RecordedSession = [];
  const real = pg.Client.prototype.query as (...args: unknown[]) => unknown;
  function note(args: readonly unknown[], result: pg.QueryResult): void {
    const [asked, more] = args;
    // Prepared queries come as one object; a message of several statements has no values.
    const { text, values } = typeof asked === 'string' ? { text: asked, values: more } : (asked as pg.QueryConfig);
    session.push({ sql: text, values: JSON.parse(JSON.stringify(values ?? [])) as [], rows: rowsOf(result) });
  }
  async function noting(this: pg.Client, ...args: unknown[]): Promise<pg.QueryResult | undefined> {
    const done = args.at(-1);
    // A pool asks for itself, and hears of the end by a callback.
    if (typeof done === 'function') {
      const heard = (error: unknown, result: pg.QueryResult): void => {
        if (!error) note(args.slice(0, -1), result);
        (done as (error: unknown, result: pg.QueryResult) => void)(error, result);
      };
      real.apply(this, [...args.slice(0, -1), heard]);
      return undefined;
    }
    const result = (await real.apply(this, args)) as pg.QueryResult;
    note(args, result);
    return result;
  }
  pg.Client.prototype.query = noting as unknown as typeof pg.Client.prototype.query;
  return session;
}

const later = (ms: number): typeof systemClock => ({ ...systemClock, now: () => systemClock.now() + ms });

const call = (desk: Desk, id: string, rev: number) => ({
  id, rev, employeeId: desk.session.employee.id, direction: 'outbound', channel: 'sip', number: '+8615400000137',
  numberTyped: '154 0000 0137', leadId: null, customerName: '示例市恒辉机械制造有限公司', contactName: '王示例', slot: null,
  operator: null, startedAt: 1, alertingAt: 2, answeredAt: 3, endedAt: 4, waitMs: 2, talkMs: 1, timeSource: 'urc',
  endCause: 'remote-hang-up', openerId: null, openerName: null, openerStartedAt: null, openerHeardMs: null, cutInMs: null,
  outcome: 'interested', note: '示例', recording: null, quality: null, transferred: { role: 'sent', number: '801' },
  line: { id, name: '示例线路' }, callerId: '+8615400000100', outcomeId: id, missing: ['note'],
}); // prettier-ignore

/** All that a server does, at least once. */
async function everything(deps: CloudDeps, app: FastifyInstance): Promise<void> {
  const password = await addCompany(deps, '示例科技有限公司', 'boss');
  const desk = await Desk.signIn(app, 'boss', password ?? '');
  for (const url of ['/v1/health', '/v1/me', '/v1/employees', '/v1/changes?after=0']) await desk.ask(200, { url });
  const [first, second] = [deps.newId(), deps.newId()];
  const op = { opId: deps.newId(), type: 'call.put', row: call(desk, first, 1) };
  await desk.push('applied', op, { opId: deps.newId(), type: 'call.put', row: call(desk, second, 1) });
  await desk.push('applied', op, { opId: deps.newId(), type: 'call.put', row: call(desk, first, 2) });
  await desk.push('rejected', { opId: deps.newId(), type: 'no-such-thing', row: {} });
  await uploads(desk, first);
  await leadWork(deps, desk);
  await companyWork(app, desk);
  await exportWork(deps, desk);
  await numberHeadsWork(desk);
  await listWork(deps, desk);
  await openerWork(deps, desk);
  await channelWork(desk);
  await desk.ask(200, { url: '/v1/changes?after=0' });
  await sweepUploads(deps);
  await purgeRecordings({ ...deps, clock: later(2 * 24 * 60 * 60_000) });
  await recycleLeads({ ...deps, clock: later(400 * 24 * 60 * 60_000) });
  await sweepOpenerSounds({ ...deps, clock: later(2 * 24 * 60 * 60_000) });
  await renewSecrets(deps);
  await beginNewHistory(deps);
  await signInWork(app, desk, password ?? '');
}

/** Tokens, a wrong password, a new one, devices and taking one off. */
async function signInWork(app: FastifyInstance, desk: Desk, password: string): Promise<void> {
  const post = (url: string, body: object) => inject(app, { method: 'POST', url: `/v1/auth/${url}`, body });
  const { refreshToken } = desk.session;
  const reply = await post('refresh', { refreshToken, deviceId: 'd' });
  const tokens = reply.json<{ refreshToken: string }>();
  await post('refresh', { refreshToken, deviceId: 'another' });
  await post('sign-in', { account: 'boss', password: 'wrong', deviceId: 'd', deviceName: 'd' });
  const other = await Desk.signIn(app, 'boss', password, 'e');
  const body = { oldPassword: password, newPassword: 'jinhu-recorded-26' };
  await other.ask(200, { method: 'POST', url: '/v1/auth/change-password', body });
  const { devices } = JSON.parse(await other.ask(200, { url: '/v1/auth/devices' })) as { devices: { id: string }[] };
  await other.ask(200, { method: 'DELETE', url: `/v1/auth/devices/${devices[0]?.id}` });
  await post('sign-out', { refreshToken: tokens.refreshToken });
}

/** What administrators do. */
async function companyWork(app: FastifyInstance, desk: Desk): Promise<void> {
  const departments = '/v1/company/departments';
  const { id } = JSON.parse(await desk.ask(200, { method: 'POST', url: departments, body: { name: '示例部' } })) as {
    id: string;
  };
  await desk.ask(200, { method: 'PATCH', url: `${departments}/${id}`, body: { name: '示例二部' } });
  for (const url of [departments, '/v1/company/employees', `/v1/company/employees?search=b&departmentId=${id}`])
    await desk.ask(200, { url });
  await accountWork(app, desk, id);
  await rulesWork(desk, id);
  await poolWork(desk, id);
  await quotaWork(desk, id);
  await desk.ask(200, { method: 'DELETE', url: `${departments}/${id}` });
}

/** An employee: made, signed in with the one-time password, moved, given another role and password, disabled. */
async function accountWork(app: FastifyInstance, desk: Desk, departmentId: string): Promise<void> {
  const employees = '/v1/company/employees';
  const made = await desk.ask(200, { method: 'POST', url: employees, body: { account: 'neu', name: '示例', role: 'manager', departmentId } }); // prettier-ignore
  const { id, password } = JSON.parse(made) as { id: string; password: string };
  const body = { account: 'neu', password, deviceId: 'n', deviceName: 'n', newPassword: 'jinhu-recorded-27' };
  const session = (await inject(app, { method: 'POST', url: '/v1/auth/sign-in', body })).json<CloudSession>();
  await new Desk(app, session).ask(200, { url: '/v1/changes?after=0' });
  const patches = [{ name: '示例二', departmentId: null }, { role: 'agent' }, { disabled: true }, { disabled: false }];
  for (const patch of patches) await desk.ask(200, { method: 'PATCH', url: `${employees}/${id}`, body: patch });
  await logWork(desk, id);
  await desk.ask(200, { method: 'POST', url: `${employees}/${id}/password`, body: {} });
}

/** 登录设备 and 审计日志: looked at in every way, exported, and a person's devices taken off. */
async function logWork(desk: Desk, employeeId: string): Promise<void> {
  const log = '/v1/company/audit';
  const before = `before=9000000000000.${employeeId}`;
  const questions = ['', 'subject=employees', 'action=sign-in', `employeeId=${employeeId}&subject=sign-in`, `entityId=${employeeId}`, `search=b&from=0&until=9000000000000&${before}`]; // prettier-ignore
  for (const question of questions) await desk.ask(200, { url: `${log}?limit=2&${question}` });
  await desk.ask(200, { url: `${log}/export?locale=zh-CN&zone=Asia/Shanghai&employeeId=${employeeId}&search=b` });
  const devices = '/v1/company/devices';
  const found = await desk.ask(200, { url: `${devices}?search=n&state=signed-in&employeeId=${employeeId}` });
  const [device] = (JSON.parse(found) as { devices: { id: string }[] }).devices;
  await desk.ask(200, { url: devices });
  await desk.ask(200, { method: 'DELETE', url: `/v1/company/employees/${employeeId}/devices` });
  if (device) await desk.ask(200, { method: 'DELETE', url: `${devices}/${device.id}` });
}

/** 通话规则 of the company and of a department, changed and taken away. */
async function rulesWork(desk: Desk, departmentId: string): Promise<void> {
  const url = '/v1/company/call-rules';
  for (const id of [desk.session.company.id, departmentId])
    await desk.ask(200, { method: 'PUT', url: `${url}/${id}`, body: { ...defaultCallRules, base: 0 } });
  const body = { ...defaultCallRules, record: false, base: 1 };
  await desk.ask(200, { method: 'PUT', url: `${url}/${departmentId}`, body });
  await desk.ask(200, { url });
  await desk.ask(200, { method: 'DELETE', url: `${url}/${departmentId}` });
}

/** 公海规则, the same way. */
async function poolWork(desk: Desk, departmentId: string): Promise<void> {
  const url = '/v1/company/pool-rules';
  for (const id of [desk.session.company.id, departmentId])
    await desk.ask(200, { method: 'PUT', url: `${url}/${id}`, body: { ...defaultPoolRules, idleDays: 7, base: 0 } });
  const body = { ...defaultPoolRules, heldDays: 30, base: 1 };
  await desk.ask(200, { method: 'PUT', url: `${url}/${departmentId}`, body });
  await desk.ask(200, { url });
  await desk.ask(200, { method: 'DELETE', url: `${url}/${departmentId}` });
}

/** 配额: said, said anew, looked at and taken away. What the download of a recording uses up is in `uploads`. */
async function quotaWork(desk: Desk, departmentId: string): Promise<void> {
  const url = '/v1/company/quotas';
  const rule = { kind: 'recording.download', period: 'day', amount: 1000 };
  const all = { ...rule, target: 'company', targetId: desk.session.company.id, share: 'each' };
  const some = { ...rule, target: 'department', targetId: departmentId, share: 'total' };
  for (const body of [all, { ...all, amount: 2000 }]) await desk.ask(200, { method: 'PUT', url, body });
  const { id } = JSON.parse(await desk.ask(200, { method: 'PUT', url, body: some })) as { id: string };
  for (const page of [url, '/v1/quotas']) await desk.ask(200, { url: page });
  await desk.ask(200, { method: 'DELETE', url: `${url}/${id}` });
}

/** 开场白 with their sound, and 话术: the company's and one's own. */
async function openerWork(deps: CloudDeps, desk: Desk): Promise<void> {
  const sound = clipFile(1000);
  const sha256 = createHash('sha256').update(sound).digest('hex');
  const headers = { 'content-type': 'application/octet-stream' };
  const url = `/v1/openers/sounds/${sha256}`;
  for (let times = 0; times < 2; times += 1) await desk.ask(200, { method: 'PUT', url, headers, payload: sound });
  const opener = { name: '示例', text: '您好', departmentIds: null, enabled: true, isDefault: true, sha256 };
  const heard = await desk.make('/v1/company/openers', opener);
  await desk.ask(200, { url });
  await desk.ask(200, { method: 'DELETE', url: `/v1/company/openers/${heard}` });
  await madeAndRemoved(desk, '/v1/company/openers', opener, { isDefault: false });
  const snippet = { category: '', title: '示例', text: '您好' };
  await madeAndRemoved(desk, '/v1/company/snippets', snippet, { title: '示例二' });
  await desk.ask(200, { method: 'POST', url: '/v1/company/snippets/import', body: { rows: [snippet] } });
  await madeAndRemoved(desk, '/v1/company/scripts', { title: '示例', text: '您好', active: true }, { active: false });
  await outcomeWork(deps, desk);
  const id = deps.newId();
  const op = (type: string, row: object) => ({ opId: deps.newId(), type, row });
  for (const base of [0, 1])
    await desk.push('applied', op('snippet.put', { id, ...snippet, base, position: 1024 * (base + 1) }));
  await desk.pushFrom('e', 'rejected', op('snippet.put', { id, ...snippet, base: 0 }));
  await desk.push('applied', op('snippet.remove', { id }));
}

/** SIP accounts, whose password the one they are assigned to asks for, and 能力号. */
async function channelWork(desk: Desk): Promise<void> {
  const url = '/v1/company/sip-accounts';
  const account = {
    name: '示例',
    server: 'wss://pbx.example.com',
    domain: 'pbx.example.com',
    user: '8001',
    authUser: null,
    displayName: '',
  };
  const typed = { account, password: '示例', turnPassword: null };
  const id = await desk.make(url, { ...typed, employeeId: null });
  await desk.ask(200, { method: 'PUT', url: `${url}/${id}`, body: { ...typed, base: 1 } });
  const employeeId = desk.session.employee.id;
  await desk.ask(200, { method: 'PUT', url: `${url}/${id}/employee`, body: { employeeId } });
  await desk.ask(200, { url: `/v1/sip-accounts/${id}/secret` });
  await desk.ask(200, { url: `${url}?search=800` });
  await desk.ask(200, { method: 'DELETE', url: `${url}/${id}` });
  const number = {
    number: '15400000139',
    answeringNumber: '',
    usage: 'both',
    employeeId,
    departmentId: null,
    note: '',
  };
  const numbers = '/v1/company/capability-numbers';
  const made = await desk.make(numbers, number);
  await desk.ask(200, { method: 'PUT', url: `${numbers}/${made}`, body: { ...number, note: '示例' } });
  await desk.ask(200, { url: numbers });
  await desk.ask(200, { method: 'DELETE', url: `${numbers}/${made}` });
}

/** 黑名单 and 无效列表: asked for, decided, put there, and taken off. */
async function listWork(deps: CloudDeps, desk: Desk): Promise<void> {
  const url = '/v1/company/listings';
  const request = { list: 'invalid', number: '+8615400000137', reason: '示例', callId: null, requestedAt: 1 };
  const ids = [deps.newId(), deps.newId()];
  for (const id of ids)
    await desk.push('applied', { opId: deps.newId(), type: 'listing.request', row: { ...request, id } });
  await desk.push('applied', { opId: deps.newId(), type: 'listing.request', row: { ...request, id: ids[0] } });
  const back = deps.newId();
  await desk.push('applied', { opId: deps.newId(), type: 'listing.request', row: { ...request, id: back } });
  await desk.push('applied', { opId: deps.newId(), type: 'listing.withdraw', row: { id: back } });
  for (const [at, id] of ids.entries()) {
    const body = { approve: at === 0, note: '示例', expiresAt: null };
    await desk.ask(200, { method: 'POST', url: `${url}/${id}/decision`, body });
  }
  const added = { list: 'blacklist', number: '15400000138', reason: '示例', expiresAt: null };
  await desk.ask(200, { method: 'POST', url, body: added });
  await desk.ask(200, { url: `${url}?list=invalid&state=approved&search=154` });
  await desk.ask(200, { method: 'DELETE', url: `${url}/${ids[0]}` });
}

/** A sheet, of which one row is new, one goes into a lead that is there, and one is left out. */
async function importSheet(deps: CloudDeps, desk: Desk): Promise<void> {
  const op = (type: string, row: object) => ({ opId: deps.newId(), type, row });
  const blank = { contactName: null, contactTitle: null, phone: null, region: null, industry: null, registeredCapital: null, address: null, legalPerson: null, creditCode: null }; // prettier-ignore
  const lead = (line: number, fields: object) => ({ id: deps.newId(), line, fields: { ...blank, companyName: '示例', ...fields }, note: { id: deps.newId(), text: '示例' } }); // prettier-ignore
  const sheet = {
    id: deps.newId(),
    rows: 3,
    begins: true,
    ends: true,
    keys: ['creditCode', 'phone', 'name'],
    createdAt: 1,
  };
  const same = { phone: '+8615400000155', creditCode: '000000000000000000' };
  await desk.push('applied', op('lead.import', { ...sheet, rule: 'fill', leads: [lead(2, same)] }));
  await desk.push(
    'merged',
    op('lead.import', { ...sheet, rule: 'fill', leads: [lead(3, { ...same, region: '示例' })] }),
  );
  await desk.push('merged', op('lead.import', { ...sheet, rule: 'skip', leads: [lead(4, same)] }));
}

/** Leads, and all that is done with them: also a field that somebody else has changed, and a lead that is not there. */
async function leadWork(deps: CloudDeps, desk: Desk): Promise<void> {
  const companyId = desk.session.company.id;
  const leads = sampleLeads(2, deps.newId, deps.clock.now());
  const [lead, doomed] = leads;
  if (!lead || !doomed) throw new Error('no leads to work on');
  await writeCompany(deps.db, companyId, deps.clock.now(), async (tx, log) => {
    await tx
      .insertInto('lead')
      .values(leads.map((one) => ({ companyId, ...one })))
      .execute();
    for (const one of leads) log.add('lead', one.id);
  });
  const { id } = lead;
  const op = (type: string, row: object) => ({ opId: deps.newId(), type, row });
  await desk.push('applied', op('lead.claim', { id }));
  await desk.push('applied', op('lead.patch', { id, base: 1, fields: { contactName: '李示例' } }));
  await desk.pushFrom('e', 'merged', op('lead.patch', { id, base: 1, fields: { contactName: '王示例' } }));
  await desk.push('applied', op('note.add', { id: deps.newId(), leadId: id, text: '示例', createdAt: 1 }));
  await desk.push('applied', op('lead.release', { id, reason: '示例' }));
  await importSheet(deps, desk);
  await desk.push('rejected', op('lead.claim', { id: deps.newId() }));
  for (let times = 0; times < 2; times += 1)
    await desk.push('applied', op('lead.delete', { id: doomed.id, reason: '示例' }));
  await desk.push('rejected', op('note.add', { id: deps.newId(), leadId: doomed.id, text: '示例', createdAt: 1 }));
  const contacts = [{ id: deps.newId(), name: '李示例', title: '', phone: Object.keys(failingNumbers)[0], note: '' }];
  const plan = { stage: 'quoted', tags: ['示例'], contacts, nextFollowUpAt: 1, nextFollowUpNote: '示例' };
  await desk.push('applied', op('lead.patch', { id, base: 9, fields: plan }));
  await checkWork(desk, id, [lead.phone, Object.keys(failingNumbers)[0]]);
  // To be taken back by the pool's rule.
  await desk.push('applied', op('lead.assign', { id, from: null, to: desk.session.employee.id }));
}

/** One that arrives and is heard, and one that is given up. */
async function uploads(desk: Desk, callId: string): Promise<void> {
  const bytes = Buffer.from('sound');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const url = '/v1/recordings/upload';
  const begin = async (recordingId: string): Promise<string> => {
    const fields = Object.entries({ recordingId, callId, sha256, durationMs: '1' });
    const metadata = fields.map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`).join(',');
    const headers = { 'upload-length': `${bytes.length}`, 'upload-metadata': metadata };
    await desk.ask(201, { method: 'POST', url, headers });
    return `${url}/${recordingId}`;
  };
  await desk.ask(204, { method: 'DELETE', url: await begin(newId()) });
  const recordingId = newId();
  const upload = await begin(recordingId);
  await desk.ask(200, { method: 'HEAD', url: upload });
  const headers = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
  await desk.ask(204, { method: 'PATCH', url: upload, headers, payload: bytes });
  await desk.ask(200, { url: `/v1/recordings/${recordingId}/file` });
  await desk.ask(200, { url: `/v1/recordings/${recordingId}/file?download=1` });
  await keeping(desk, recordingId);
}

const dir = await mkdtemp(join(tmpdir(), 'jinhu-record-'));
await chmod(dir, 0o711);
const server = await startEmbedded({ dataDir: dir, clock: systemClock, logger: silentLogger });
try {
  const { role, signingKey } = await prepareDatabase(server.url, silentLogger);
  const db = openDatabase(server.url, silentLogger, { role, max: 1 });
  const session = record();
  const rest = { clock: systemClock, newId, logger: silentLogger, recordingsDir: join(dir, 'recordings') };
  const secrets = new SecretBox([{ id: 'recorded', bytes: new Uint8Array(32) }]);
  const numberHeads = await loadNumberHeads('resources/numbers/sample-heads.dat', silentLogger);
  const deps = {
    ...rest,
    db,
    signingKey,
    secrets,
    metrics: new CloudMetrics(),
    numberHeads,
    numberChecks: simulatedCheck(systemClock),
  };
  const app = await buildServer(deps);
  await everything(deps, app);
  checkAllIsDone();
  await app.close();
  await db.destroy();
  await mkdir(sessionsFolder, { recursive: true });
  const name = `${Object.keys(ourSchema.migrations).at(-1)}.json`;
  await writeFile(join(sessionsFolder, name), `${JSON.stringify(session, null, 1)}\n`);
  console.log(`${session.length} statements: ${join(sessionsFolder, name)}`);
} finally {
  await server.stop();
  await rm(dir, { recursive: true, force: true });
}
