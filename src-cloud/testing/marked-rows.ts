import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { CloudSession } from '#shared/cloud-contract/contract.ts';
import { defaultCallRules } from '#shared/domain/call-rules.ts';
import { defaultPoolRules } from '#shared/domain/pool-rules.ts';
import { newId } from '../main/system.ts';
import { hashToken } from '../modules/auth/tokens.ts';
import { sealPasswords } from '../modules/channels/sealed-passwords.ts';
import { makeCall, pushCall, type TestCloud } from './test-cloud.ts';

/** Real rows of one person, for those who try to get at them. */
export interface TheirRows {
  readonly session: CloudSession;
  /** In every text of theirs, and of nobody else's: where it turns up, a row has got out. */
  readonly mark: string;
  readonly companyId: string;
  readonly employeeId: string;
  readonly callId: string;
  /** Owned by the person. */
  readonly leadId: string;
  readonly noteId: string;
  /** Asked for by the person, and not decided. */
  readonly listingId: string;
  /** Assigned to the person, and bound to them. */
  readonly sipAccountId: string;
  readonly capabilityNumberId: string;
  readonly opId: string;
  /** The one that the session was made on, as lists of devices name it. */
  readonly deviceRowId: string;
  /** 话术 of the person's own. */
  readonly snippetId: string;
  /** 开场白 of the company and the hash of its sound; of companies that were not marked as a whole: of none. */
  readonly openerId: string;
  /** 通话话术 of the company, as with openers. */
  readonly scriptId: string;
  readonly soundHash: string;
  /** In which the person works. */
  readonly departmentId: string;
  /** 配额 of the person. */
  readonly quotaId: string;
  /** Stored, and one on its way. */
  readonly recordingId: string;
  readonly uploadId: string;
}

/** tus metadata and length, as a desk announces a recording. */
export const uploadHeaders = (fields: Record<string, string>, bytes: number): Record<string, string> => ({
  'upload-length': String(bytes),
  'upload-metadata': Object.entries(fields)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(','),
});

/** Announces a recording and sends the first `sent` bytes of it. @returns its id */
export async function sendRecording(
  cloud: TestCloud,
  session: CloudSession,
  callId: string,
  bytes: Buffer,
  sent = bytes.length,
): Promise<string> {
  const recordingId = newId();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const url = '/v1/recordings/upload';
  const announced = uploadHeaders({ recordingId, callId, sha256, durationMs: '1' }, bytes.length);
  await cloud.as(session, { method: 'POST', url, headers: announced });
  const headers = { 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
  const payload = bytes.subarray(0, sent);
  const reply = await cloud.as(session, { method: 'PATCH', url: `${url}/${recordingId}`, headers, payload });
  if (reply.statusCode !== 204) throw new Error(`upload: ${reply.body}`);
  return recordingId;
}

/** A call with its recording, an upload under way, and the person's name: all with the mark. */
export async function markRows(cloud: TestCloud, session: CloudSession, mark: string): Promise<TheirRows> {
  const { employee, company } = session;
  const { departmentId } = await cloud.asOwner
    .updateTable('employee')
    .set({ name: mark })
    .where('id', '=', employee.id)
    .returning('departmentId')
    .executeTakeFirstOrThrow();
  const line = { id: newId(), name: mark };
  // Of this day, so that its dial is told of.
  const startedAt = cloud.deps.clock.now();
  const call = makeCall(employee.id, {
    startedAt,
    customerName: mark,
    contactName: mark,
    note: mark,
    operator: mark,
    line,
  });
  await pushCall(cloud, session, call);
  const op = await cloud.asOwner
    .selectFrom('appliedOp')
    .select('opId')
    .where('companyId', '=', company.id)
    .orderBy('opId', 'desc')
    .executeTakeFirstOrThrow();
  const device = await cloud.asOwner
    .updateTable('device')
    .set({ name: mark })
    .where('companyId', '=', company.id)
    .where('employeeId', '=', employee.id)
    .returning('id')
    .executeTakeFirstOrThrow();
  const { leadId, noteId } = await markLead(cloud, session, mark);
  const listingId = await markListing(cloud, session, mark);
  const snippetId = await markSnippet(cloud, session, mark);
  const quotaId = await markQuota(cloud, session);
  const channels = await markChannels(cloud, session, mark);
  const recordingId = await sendRecording(cloud, session, call.id, Buffer.from(`${mark} ${call.id}`));
  const uploadId = await sendRecording(cloud, session, call.id, Buffer.from(`${mark} under way`), 5);
  const ids = { companyId: company.id, employeeId: employee.id, callId: call.id, leadId, noteId, listingId, ...channels, opId: op.opId, departmentId: departmentId ?? '', deviceRowId: device.id, quotaId, recordingId, uploadId, openerId: newId(), scriptId: newId(), soundHash: hashOf(newId()), snippetId }; // prettier-ignore
  return { session, mark, ...ids };
}

/** A lead of the person's, with a note. */
async function markLead(
  { asOwner }: TestCloud,
  { employee, company }: CloudSession,
  mark: string,
): Promise<{ leadId: string; noteId: string }> {
  const [companyId, employeeId, leadId, noteId] = [company.id, employee.id, newId(), newId()];
  const lead = { companyId, id: leadId, companyName: mark, numberCheck: 'valid' as const, sample: true, createdAt: 1 };
  const released = { releaseReason: mark, releasedAt: 1 };
  const contacts = JSON.stringify([{ id: newId(), name: mark, title: mark, phone: mark, note: mark }]);
  const plan = { tags: JSON.stringify([mark.slice(0, 20)]), contacts, nextFollowUpAt: 1, nextFollowUpNote: mark };
  await asOwner.insertInto('lead').values({ ...lead, ...released, ...plan, ownerId: employeeId, claimedAt: 1 }).execute(); // prettier-ignore
  const note = { companyId, id: noteId, leadId, employeeId, text: mark, lost: JSON.stringify({ phone: mark }) };
  const event = JSON.stringify({ kind: 'assigned', to: mark, from: mark, reason: mark });
  await asOwner
    .insertInto('note')
    .values([
      { ...note, createdAt: 1, storedAt: 1 },
      { ...note, id: newId(), text: '', event, createdAt: 1, storedAt: 1 },
    ])
    .execute();
  await asOwner.insertInto('leadClaim').values({ companyId, employeeId, at: 1, leadId }).execute();
  return { leadId, noteId };
}

/** A request of the person's. */
async function markListing({ asOwner }: TestCloud, { employee, company }: CloudSession, mark: string): Promise<string> {
  const id = newId();
  const asked = {
    companyId: company.id,
    id,
    employeeId: employee.id,
    list: 'blacklist',
    number: '+8615400000198',
  } as const;
  const state = {
    source: 'desk',
    state: 'requested',
    callId: null,
    expiresAt: null,
    decidedBy: null,
    decidedAt: null,
  } as const;
  await asOwner.insertInto('listing').values({ ...asked, ...state, reason: mark, requestedAt: 1, storedAt: 1 }).execute(); // prettier-ignore
  return id;
}

/** A SIP account and a 能力号 of the person's. */
async function markChannels(
  { asOwner, deps }: TestCloud,
  { employee, company }: CloudSession,
  mark: string,
): Promise<{ sipAccountId: string; capabilityNumberId: string }> {
  const [companyId, employeeId] = [company.id, employee.id];
  const [sipAccountId, capabilityNumberId] = [newId(), newId()];
  const account = { ...markedAccount, name: mark, user: employee.account, displayName: mark };
  const sealed = sealPasswords(deps.secrets, { companyId, id: sipAccountId }, { password: mark, turnPassword: null });
  const state = { secretId: newId(), hasTurnPassword: false, takenAt: null, version: 1, createdAt: 1 };
  await asOwner.insertInto('sipAccount').values({ companyId, id: sipAccountId, employeeId, account: JSON.stringify(account), ...sealed, ...state }).execute(); // prettier-ignore
  const numbers = {
    number: `+86154${capabilityNumberId.replace(/\D/g, '').slice(-8)}`,
    answeringNumber: '+8615400000196',
    usage: 'both',
  } as const;
  await asOwner.insertInto('capabilityNumber').values({ companyId, id: capabilityNumberId, ...numbers, employeeId, departmentId: null, note: mark, createdAt: 1 }).execute(); // prettier-ignore
  return { sipAccountId, capabilityNumberId };
}
/** As administrators type it, without its names. */
export const markedAccount = {
  ...{ name: '', server: 'wss://pbx.example.com:7443', domain: 'pbx.example.com', user: '8001', authUser: null },
  ...{ displayName: '', callerIds: [], stun: [], turn: [], turnUser: '', dtmf: 'rfc4733' },
} as const;

async function markSnippet({ asOwner }: TestCloud, { employee, company }: CloudSession, mark: string): Promise<string> {
  const [companyId, id] = [company.id, newId()];
  const words = { category: mark, title: mark, text: mark };
  const row = {
    companyId,
    id,
    employeeId: employee.id,
    ...words,
    position: 1,
    version: 1,
    deviceId: 'd',
    updatedAt: 1,
  };
  await asOwner.insertInto('snippet').values({ ...row, deletedAt: null }).execute(); // prettier-ignore
  return id;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An opener for everybody, with a sound that has the mark in it. */
async function markOpener(
  { asOwner, deps }: TestCloud,
  companyId: string,
  mark: string,
): Promise<{ openerId: string; soundHash: string }> {
  const [openerId, soundHash, file] = [newId(), hashOf(mark), Buffer.from(mark)];
  const sound = { companyId, sha256: soundHash, bytes: file.length, durationMs: 1000, storedAt: 1 };
  await asOwner.insertInto('openerSound').values(sound).execute();
  const opener = { companyId, id: openerId, name: mark, text: mark, sha256: soundHash, departmentIds: null };
  await asOwner.insertInto('opener').values({ ...opener, enabled: true, isDefault: true, position: 1, createdAt: 1 }).execute(); // prettier-ignore
  await writeFile(join(deps.recordingsDir, companyId, soundHash), file);
  return { openerId, soundHash };
}

/** A rule for the person, what they have used, and a number that they had checked. */
async function markQuota({ asOwner }: TestCloud, { employee, company }: CloudSession): Promise<string> {
  const [companyId, id] = [company.id, newId()];
  const of = { companyId, kind: 'recording.download', period: 'month' } as const;
  const rule = { target: 'person', targetId: employee.id, share: 'each', amount: 1000 } as const;
  await asOwner.insertInto('quotaRule').values({ ...of, ...rule, id, employeeId: employee.id, departmentId: null, updatedAt: 1 }).execute(); // prettier-ignore
  await asOwner.insertInto('numberCheck').values({ companyId, number: `+${employee.name}`, state: 'valid', raw: employee.name, employeeId: employee.id, checkedAt: 1 }).execute(); // prettier-ignore
  await asOwner
    .insertInto('quotaUse')
    .values({ ...of, pot: employee.id, start: 1, spent: 1 })
    .execute();
  return id;
}

/** … and of the whole company: its name, a department, a lead and an opener. */
export async function markCompany(
  cloud: TestCloud,
  companyId: string,
  mark: string,
): Promise<Pick<TheirRows, 'departmentId' | 'openerId' | 'soundHash' | 'scriptId'>> {
  const { asOwner } = cloud;
  await asOwner.updateTable('company').set({ name: mark }).where('companyId', '=', companyId).execute();
  await asOwner.insertInto('poolRule').values({ companyId, claimsPerDay: null, holdLimit: null, formerOwnerDays: 0 }).execute(); // prettier-ignore
  await asOwner.insertInto('recordingRule').values({ companyId, keepDays: null }).execute();
  const departmentId = newId();
  await asOwner.insertInto('department').values({ companyId, id: departmentId, name: mark }).execute();
  await asOwner.updateTable('employee').set({ departmentId }).where('companyId', '=', companyId).execute();
  await asOwner.insertInto('callRules').values({ companyId, id: departmentId, departmentId, version: 1, rules: JSON.stringify(defaultCallRules), updatedAt: 1 }).execute(); // prettier-ignore
  await asOwner.insertInto('poolRules').values({ companyId, id: departmentId, departmentId, version: 1, rules: JSON.stringify(defaultPoolRules), updatedAt: 1 }).execute(); // prettier-ignore
  const texts = {
    companyName: mark,
    contactName: mark,
    contactTitle: mark,
    region: mark,
    industry: mark,
    address: mark,
  };
  const lead = { companyId, id: newId(), ...texts, legalPerson: mark, phone: '+8615400000199', registeredCapital: 1 };
  await asOwner.insertInto('lead').values({ ...lead, numberCheck: 'valid', sample: true, createdAt: 1 }).execute(); // prettier-ignore
  const scriptId = newId();
  await asOwner.insertInto('callScript').values({ companyId, id: scriptId, title: mark, text: mark, active: true, position: 1, updatedAt: 1 }).execute(); // prettier-ignore
  const outcomes = JSON.stringify([
    { id: newId(), name: mark.slice(0, 20), meaning: 'interested', active: true, requires: [] },
  ]);
  await asOwner.insertInto('outcomeSet').values({ companyId, version: 1, mustChoose: false, outcomes, updatedAt: 1 }).execute(); // prettier-ignore
  return { departmentId, scriptId, ...(await markOpener(cloud, companyId, mark)) };
}

/** All that is kept of a company, or of one person in it: rows by table, and its files. To be compared. */
export async function everythingOf(
  cloud: TestCloud,
  companyId: string,
  employeeId?: string,
): Promise<Record<string, unknown>> {
  const owner = cloud.asOwner.withoutPlugins();
  const tables = await sql<{ name: string; personal: boolean }>`
    SELECT relname AS name, EXISTS (SELECT FROM pg_attribute p WHERE p.attrelid = c.oid AND p.attname = 'employee_id') AS personal
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'company_id'
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname`.execute(owner);
  const all: Record<string, unknown> = {};
  for (const { name, personal } of tables.rows) {
    if (employeeId !== undefined && !personal && name !== 'employee') continue;
    const person = sql.ref(name === 'employee' ? 'id' : 'employee_id');
    const whose = employeeId === undefined ? sql`true` : sql`${person} = ${employeeId}`;
    const { rows } = await sql<{ row: string }>`SELECT t::text AS row FROM ${sql.table(name)} t
      WHERE company_id = ${companyId} AND ${whose} ORDER BY 1`.execute(owner);
    all[name] = rows.map(({ row }) => row);
  }
  if (employeeId === undefined) all['files'] = await filesIn(join(cloud.deps.recordingsDir, companyId));
  return all;
}

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(names.sort().map(async (name) => `${name} ${hashToken(await readFile(join(folder, name), 'base64'))}`)); // prettier-ignore
}
