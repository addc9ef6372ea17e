import { AppError } from '#shared/base/errors.ts';
import { auditChange, type AuditDetails } from '#shared/domain/audit.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import { refusedBy } from '../../database/constraint.ts';
import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { placeOfRules } from '../departments/index.ts';
import type { RulesTable, StoredRules } from './table.ts';

interface Subject<Rules extends object> {
  readonly table: RulesTable<Rules>;
  /** In the stream and in the audit log. */
  readonly type: 'call-rules' | 'pool-rules';
  /** For the audit log: one value each. */
  readonly inWords: (rules: Rules) => NonNullable<AuditDetails['after']>;
  /** Joins the transaction that writes them, or (null) takes them away. */
  readonly written?: (tx: Tx, companyId: string, id: string, rules: Rules | null) => Promise<unknown>;
}

/** What a company says for itself and its departments. Desks have it within seconds, and keep it without the cloud. */
export class RulesService<Rules extends object> {
  private readonly deps: CloudDeps;
  private readonly subject: Subject<Rules>;

  constructor(deps: CloudDeps, subject: Subject<Rules>) {
    this.deps = deps;
    this.subject = subject;
  }

  list({ companyId }: Scope): Promise<StoredRules<Rules>[]> {
    return readCompany(this.deps.db, companyId, (reader) => this.subject.table.all(reader, companyId));
  }

  /**
   * @param id the company's own, or a department's
   * @param base the version that their author saw; 0 = none
   * Throws `not-found` (no such department), `sync.conflict` (somebody else has changed them since `base`).
   */
  async set({ scope, origin }: Asker, id: string, base: number, rules: Rules): Promise<{ version: number }> {
    const { db, clock } = this.deps;
    const { table, type, inWords, written } = this.subject;
    const { companyId } = scope;
    const now = clock.now();
    const version = base + 1;
    await writeCompany(db, companyId, now, async (tx, log) => {
      const { departmentId, name } = await placeOfRules(tx, scope, id);
      const before = await table.lock(tx, companyId, id);
      if ((before?.version ?? 0) !== base) throw new AppError('sync.conflict');
      const row = { id, departmentId, version, rules };
      await (before ? table.update(tx, companyId, row, now) : table.insert(tx, companyId, row, now));
      await written?.(tx, companyId, id, rules);
      log.add(type, id);
      const details = before ? auditChange(inWords(before.rules), inWords(rules)) : { after: inWords(rules) };
      const mark = auditMark(this.deps, scope, origin);
      await writeAudit(tx, mark, { action: `${type}.changed`, on: { type, id, name }, details });
    }).catch((error: unknown) => {
      throw refusedBy(error, table.key) ? new AppError('sync.conflict', {}, error) : error;
    });
    return { version };
  }

  /** Throws `not-found`. */
  async remove({ scope, origin }: Asker, id: string): Promise<void> {
    const { db, clock } = this.deps;
    const { table, type, inWords, written } = this.subject;
    const { companyId } = scope;
    await writeCompany(db, companyId, clock.now(), async (tx, log) => {
      const before = await table.lock(tx, companyId, id);
      if (!before) throw new AppError('not-found');
      const { name } = await placeOfRules(tx, scope, id);
      await table.delete(tx, companyId, id);
      await written?.(tx, companyId, id, null);
      log.add(type, id);
      const details = { before: inWords(before.rules) };
      const mark = auditMark(this.deps, scope, origin);
      await writeAudit(tx, mark, { action: `${type}.removed`, on: { type, id, name }, details });
    });
  }
}
