import type { CloudLead, CloudNote, LeadFields } from '#shared/cloud-contract/contract.ts';
import { managersDeletionsPerDay, mayAssignLeads, mayDeleteLead } from '#shared/domain/lead-rights.ts';
import { claimLock, type PoolRules } from '#shared/domain/pool-rules.ts';
import { beijingDay } from '#shared/domain/sim-governor.ts';
import type { Reader, Tx } from '../../database/database.ts';
import type { FieldVersions } from '../../database/schema-leads.ts';
import type { Scope } from '../../database/scope.ts';
import { writeAudit } from '../audit/index.ts';
import { employeeName, lockEmployee, personOf } from '../employees/index.ts';
import { poolRulesFor } from '../pool-rules/index.ts';
import { applied, rejected, type OpContext, type OpHandler, type OpOutcome } from '../sync/index.ts';
import { mergeFields } from './merge.ts';
import { insertNote, ownNote, tellNewEyes, tellOfLead, type Telling } from './notes.ts';
import { giveUp, handOver, holdLimitReached, limitReached, takeLead } from './pool.ts';
import {
  buryLead,
  deletedSince,
  findTombstone,
  leadsById,
  lockLead,
  mayWorkOn,
  setFields,
  type LockedLead,
} from './repository.ts';

const current = async (db: Reader, scope: Scope, { id }: { id: string }): Promise<CloudLead | null> =>
  (await leadsById(db, scope, [id]))[0] ?? null;

/** Whoever comes too late is told who deleted the lead, and when. */
async function gone(tx: Tx, scope: Scope, id: string): Promise<OpOutcome> {
  const tombstone = await findTombstone(tx, scope, id);
  if (!tombstone) return rejected('not-found');
  const { by, deletedAt, reason } = tombstone;
  return rejected('lead.deleted', { ...(by === null ? {} : { by }), deletedAt, ...(reason ? { reason } : {}) });
}

export const leadPatch: OpHandler<'lead.patch'> = {
  async apply(context, { id, base, fields }) {
    const { tx, log, scope, deviceId } = context;
    const lead = await lockLead(tx, scope, id);
    if (!lead) return gone(tx, scope, id);
    if (!mayWorkOn(scope, lead)) return rejected('lead.not-yours');
    const by = `${scope.employeeId}/${deviceId}`;
    const { taken, lost } = mergeFields(lead, lead.fieldVersions, { base, fields }, by);
    if (Object.keys(taken).length > 0) {
      const mine = Object.fromEntries(Object.keys(taken).map((name) => [name, { version: lead.version + 1, by }]));
      await setFields(tx, scope, id, taken, { ...lead.fieldVersions, ...mine } as FieldVersions);
      log.add('lead', id);
      const { stage: after } = taken;
      if (after) await tellOfLead(telling(context), scope.employeeId, id, { kind: 'stage', before: lead.stage, after });
    }
    if (Object.keys(lost).length === 0) return applied;
    await keepLost(context, id, lost);
    return { status: 'merged' };
  },
  current,
};

/** Nothing that a person wrote vanishes: what came too late stands beside the lead, as a note of theirs. */
async function keepLost({ tx, log, scope, now, opId }: OpContext, leadId: string, lost: Partial<LeadFields>) {
  const note = { id: opId, leadId, text: '', lost: lost as CloudNote['lost'], createdAt: now };
  if (await insertNote(tx, scope, note, now)) log.add('note', note.id);
}

export const leadClaim: OpHandler<'lead.claim'> = {
  async apply(context, { id }) {
    const { tx, scope, now } = context;
    const rule = await poolRulesFor(tx, scope);
    const limit = await limitReached(tx, scope, rule, now);
    const done = limit ? null : await takeAndTell(context, id, rule);
    if (done) return done;
    const lead = await lockLead(tx, scope, id);
    if (!lead) return gone(tx, scope, id);
    if (lead.ownerId === scope.employeeId) return applied;
    if (lead.ownerId !== null) return takenBySomebody(tx, scope, lead.ownerId, lead);
    if (limit) return rejected(limit.code, limit.details);
    const { createdAt, formerOwnerId, releasedAt } = lead;
    const own = formerOwnerId === scope.employeeId ? releasedAt : null;
    const lock = claimLock(rule, { createdAt, releasedAt: own }, now);
    if (lock) return rejected(lockCodes[lock.why], { nextAt: lock.until });
    // Somebody gave it up between the two looks; now it is held for this one.
    return (await takeAndTell(context, id, rule)) ?? rejected('lead.taken');
  },
  current,
};

async function takeAndTell(context: OpContext, id: string, rule: PoolRules): Promise<OpOutcome | null> {
  const { tx, log, scope, now } = context;
  if (!(await takeLead(tx, scope, id, rule, now))) return null;
  log.add('lead', id);
  await tellOfLead(telling(context), scope.employeeId, id, { kind: 'claimed' });
  return applied;
}

const takenBySomebody = async (db: Reader, scope: Scope, ownerId: string, lead: LockedLead): Promise<OpOutcome> =>
  rejected('lead.taken', { by: await employeeName(db, scope, ownerId), takenAt: lead.claimedAt });

const lockCodes = { 'former-owner': 'lead.former-owner', 'new-lead': 'lead.new' } as const;

export const leadRelease: OpHandler<'lead.release'> = {
  async apply(context, { id, from, reason }) {
    const { tx, scope, now } = context;
    const lead = await lockLead(tx, scope, id);
    if (!lead) return gone(tx, scope, id);
    // Said twice, or recycled meanwhile: it is where it was to go.
    if (lead.ownerId === null)
      return lead.formerOwnerId === (from ?? scope.employeeId) ? applied : rejected('lead.not-yours');
    if (!mayWorkOn(scope, lead)) return rejected('lead.not-yours');
    if (lead.ownerId !== (from ?? scope.employeeId)) return takenBySomebody(tx, scope, lead.ownerId, lead);
    await giveUp(tx, scope.companyId, [id], reason, now);
    await tellOfLead(telling(context), scope.employeeId, id, { kind: 'released', reason });
    await tellNewEyes(telling(context), [id]);
    return applied;
  },
  current,
};

export const leadAssign: OpHandler<'lead.assign'> = {
  async apply(context, { id, from, to }) {
    const { tx, scope, now, mark } = context;
    if (!mayAssignLeads(scope.role)) return rejected('access.denied');
    const receiver = await personOf(tx, scope, to);
    if (!receiver) return rejected('access.denied');
    if (receiver.disabled) return rejected('lead.receiver-disabled', { of: receiver.name });
    const their: Scope = { ...scope, employeeId: to, departmentId: receiver.departmentId };
    // Before the lead, as a claim does it.
    await lockEmployee(tx, their);
    const lead = await lockLead(tx, scope, id);
    if (!lead) return gone(tx, scope, id);
    if (lead.ownerId === to) return applied;
    if (lead.ownerId !== from && lead.ownerId !== null) return takenBySomebody(tx, scope, lead.ownerId, lead);
    if (!lead.visible) return rejected('access.denied');
    const limit = await holdLimitReached(tx, their, await poolRulesFor(tx, their));
    if (limit) return rejected(limit.code, { ...limit.details, of: receiver.name });
    await handOver(tx, scope, id, to, now, lead.ownerId !== null);
    const was = lead.ownerId === null ? null : await employeeName(tx, scope, lead.ownerId);
    const event = { kind: 'assigned', to: receiver.name, ...(was === null ? {} : { from: was }) } as const;
    await tellOfLead(telling(context), scope.employeeId, id, event);
    await tellNewEyes(telling(context), [id]);
    const details = { before: { employee: was }, after: { employee: receiver.name } };
    await writeAudit(tx, mark(), { action: 'lead.assigned', on: { type: 'lead', id }, details });
    return applied;
  },
  current,
};

const telling = ({ scope, ...context }: OpContext): Telling => ({ ...context, companyId: scope.companyId });

export const leadDelete: OpHandler<'lead.delete'> = {
  async apply({ tx, log, scope, now, mark }, { id, reason }) {
    if (scope.role === 'agent') return rejected('access.denied');
    // Before the lead, as a claim does it.
    if (scope.role === 'manager') await lockEmployee(tx, scope);
    const lead = await lockLead(tx, scope, id);
    // Said twice, or by two people: it is deleted once, and stays the first one's.
    if (!lead) return (await findTombstone(tx, scope, id)) ? applied : rejected('not-found');
    if (!lead.visible || !mayDeleteLead(scope.role, lead)) return rejected('access.denied');
    if (scope.role === 'manager' && (await deletedSince(tx, scope, beijingDay(now))) >= managersDeletionsPerDay)
      return rejected('lead.deletions-spent', { perDay: managersDeletionsPerDay });
    await buryLead(tx, scope, id, reason, now);
    log.add('lead', id);
    // Neither name nor reason: the log is kept longer than what it tells of, and people write names into reasons.
    await writeAudit(tx, mark(), { action: 'lead.deleted', on: { type: 'lead', id } });
    return applied;
  },
  current,
};

export const noteAdd: OpHandler<'note.add'> = {
  async apply({ tx, log, scope, now }, note) {
    const lead = await lockLead(tx, scope, note.leadId);
    if (!lead) return gone(tx, scope, note.leadId);
    if (!lead.visible) return rejected('lead.not-yours');
    if (await insertNote(tx, scope, { ...note, lost: null }, now)) {
      log.add('note', note.id);
      return applied;
    }
    const before = await ownNote(tx, scope, note.id, note.leadId);
    return before?.text === note.text ? applied : rejected('sync.conflict');
  },
  repeatable: true,
};
