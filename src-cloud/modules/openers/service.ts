import { AppError } from '#shared/base/errors.ts';
import type { RouteParsed, changeOpener, createOpener } from '#shared/cloud-contract/contract.ts';
import { auditChange, type AuditAction, type AuditDetails } from '#shared/domain/audit.ts';
import { mostCompanyOpeners } from '#shared/domain/opener.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany, type ChangeLog } from '../../database/changes.ts';
import type { Tx } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { departmentNames } from '../departments/index.ts';
import { given, lastPosition, movedBy, rowOf } from '../ordered/index.ts';
import * as repository from './repository.ts';
import type { OpenerFields } from './repository.ts';

type Row = Tables['opener'];
type Patch = RouteParsed<typeof changeOpener>['body'];

/** Part of a transaction that changes the list. */
interface Work {
  readonly tx: Tx;
  readonly log: ChangeLog;
  readonly now: number;
  /** All of the company, locked. */
  readonly all: readonly Row[];
}

/** 开场白 as administrators keep them. Desks have what is for them within seconds, and keep it without the cloud. */
export class OpenerService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  list(scope: Scope) {
    return readCompany(this.deps.db, scope.companyId, (reader) => repository.allOpeners(reader, scope));
  }

  /** Throws `not-found` (a department), `opener.sound-damaged` (its sound is not here), `opener.company-full { max }`. */
  async create(asker: Asker, fields: RouteParsed<typeof createOpener>['body']): Promise<{ id: string }> {
    const { scope } = asker;
    const id = this.deps.newId();
    await this.write(scope, async (work) => {
      const { tx, log, now, all } = work;
      if (all.length >= mostCompanyOpeners) throw new AppError('opener.company-full', { max: mostCompanyOpeners });
      await checked(work, scope, fields);
      const names = await namesOf(tx, scope, fields.departmentIds);
      const position = lastPosition(all);
      await repository.insertOpener(tx, { companyId: scope.companyId, id, ...fields, position, createdAt: now });
      log.add('opener', id);
      await takeDefault(work, scope, { id, ...fields });
      await this.note(work, asker, 'opener.added', { id, name: fields.name }, { after: inWords(fields, names) });
    });
    return { id };
  }

  /** Throws as `create`, and `not-found`. What is as it was is not written down. */
  async change(asker: Asker, id: string, patch: Patch): Promise<void> {
    const { scope } = asker;
    await this.write(scope, async (work) => {
      const before = rowOf(work.all, id);
      const said = given(patch);
      const after: Row = { ...before, ...said };
      await checked(work, scope, patch);
      const was = inWords(before, await namesOf(work.tx, scope, before.departmentIds));
      const details = auditChange(was, inWords(after, await namesOf(work.tx, scope, after.departmentIds)));
      if (!details) return;
      await repository.updateOpener(work.tx, scope, id, said);
      work.log.add('opener', id);
      await takeDefault(work, scope, after);
      await this.note(work, asker, 'opener.changed', after, details);
    });
  }

  /** Throws `sync.conflict` when `ids` are not all that there are. */
  async order(asker: Asker, ids: readonly string[]): Promise<void> {
    const { scope } = asker;
    await this.write(scope, async (work) => {
      const { tx, log, all } = work;
      const moved = movedBy(all, ids);
      if (moved.length === 0) return;
      for (const { id, position } of moved) {
        await repository.updateOpener(tx, scope, id, { position });
        log.add('opener', id);
      }
      const names = ids.map((id) => rowOf(all, id).name).join('、');
      await this.note(work, asker, 'opener.reordered', { id: scope.companyId }, { after: { order: names } });
    });
  }

  /** Its sound goes with the next sweep, when nobody else names it. Throws `not-found`. */
  async remove(asker: Asker, id: string): Promise<void> {
    const { scope } = asker;
    await this.write(scope, async (work) => {
      const before = rowOf(work.all, id);
      const names = await namesOf(work.tx, scope, before.departmentIds);
      await repository.deleteOpener(work.tx, scope, id);
      work.log.add('opener', id);
      await this.note(work, asker, 'opener.removed', before, { before: inWords(before, names) });
    });
  }

  private write(scope: Scope, deed: (work: Work) => Promise<void>): Promise<void> {
    const { db, clock } = this.deps;
    const now = clock.now();
    return writeCompany(db, scope.companyId, now, async (tx, log) =>
      deed({ tx, log, now, all: await repository.lockOpeners(tx, scope) }),
    );
  }

  private note(
    { tx }: Work,
    { scope, origin }: Asker,
    action: AuditAction,
    { id, name }: { readonly id: string; readonly name?: string },
    details: AuditDetails,
  ): Promise<void> {
    const on = {
      type: name === undefined ? 'company' : 'opener',
      id,
      ...(name === undefined ? {} : { name }),
    } as const;
    return writeAudit(tx, auditMark(this.deps, scope, origin), { action, on, details });
  }
}

/** What is said anew: its departments and its sound have to be there. */
async function checked({ tx, now }: Work, scope: Scope, { departmentIds, sha256 }: Patch): Promise<void> {
  if ((await namesOf(tx, scope, departmentIds ?? null))?.includes(gone)) throw new AppError('not-found');
  if (sha256 !== undefined && !(await repository.useSound(tx, scope, sha256, now)))
    throw new AppError('opener.sound-damaged');
}

/** Of a department that was removed since. */
const gone = '-';

async function namesOf(tx: Tx, scope: Scope, ids: readonly string[] | null): Promise<readonly string[] | null> {
  if (ids === null) return null;
  const names = await departmentNames(tx, scope, ids);
  return [...ids].sort().map((id) => names.get(id) ?? gone);
}

/** One default at a time for everybody, and one for each department: the new one takes the place of those before it. */
async function takeDefault(
  { tx, log, all }: Work,
  scope: Scope,
  { id, isDefault, departmentIds }: Pick<Row, 'id' | 'isDefault' | 'departmentIds'>,
): Promise<void> {
  if (!isDefault) return;
  const meets = (other: Row): boolean =>
    departmentIds === null
      ? other.departmentIds === null
      : (other.departmentIds?.some((one) => departmentIds.includes(one)) ?? false);
  for (const other of all) {
    if (other.id === id || !other.isDefault || !meets(other)) continue;
    await repository.updateOpener(tx, scope, other.id, { isDefault: false });
    log.add('opener', other.id);
  }
}

/** For the audit log: one value each. */
const inWords = ({ name, text, enabled, isDefault, sha256 }: OpenerFields, departments: readonly string[] | null) => ({
  ...{ name, text: text.slice(0, 200), enabled, isDefault, sha256 },
  departments: departments === null ? null : departments.join('、'),
});
