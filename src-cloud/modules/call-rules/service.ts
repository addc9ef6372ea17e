import { AppError } from '#shared/base/errors.ts';
import type { CloudCallRules, RouteParsed, setCallRules } from '#shared/cloud-contract/contract.ts';
import { auditChange, type AuditDetails } from '#shared/domain/audit.ts';
import { clockTime, type CallRules } from '#shared/domain/call-rules.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import { refusedBy } from '../../database/constraint.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { placeOfRules } from '../departments/index.ts';
import * as repository from './repository.ts';

/** What a company says of its calls. Desks have it within seconds, and keep it without the cloud. */
export class CallRulesService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  list(scope: Scope): Promise<CloudCallRules[]> {
    return readCompany(this.deps.db, scope.companyId, (reader) => repository.allCallRules(reader, scope));
  }

  /**
   * @param id the company's own, or a department's
   * Throws `not-found` (no such department), `sync.conflict` (somebody else has changed them since `base`).
   */
  async set(
    { scope, origin }: Asker,
    id: string,
    { base, ...rules }: RouteParsed<typeof setCallRules>['body'],
  ): Promise<{ version: number }> {
    const { db, clock } = this.deps;
    const now = clock.now();
    const version = base + 1;
    await writeCompany(db, scope.companyId, now, async (tx, log) => {
      const place = await placeOfRules(tx, scope, id);
      const before = await repository.lockCallRules(tx, scope, id);
      if ((before?.version ?? 0) !== base) throw new AppError('sync.conflict');
      const row = { id, departmentId: place.departmentId, version, rules };
      await (before ? repository.updateCallRules : repository.insertCallRules)(tx, scope, row, now);
      log.add('call-rules', id);
      const details = before ? auditChange(inWords(before), inWords(rules)) : { after: inWords(rules) };
      const on = { type: 'call-rules', id, name: place.name } as const;
      await writeAudit(tx, auditMark(this.deps, scope, origin), { action: 'call-rules.changed', on, details });
    }).catch((error: unknown) => {
      throw refusedBy(error, repository.rulesKey) ? new AppError('sync.conflict', {}, error) : error;
    });
    return { version };
  }

  /** Throws `not-found`. */
  async remove({ scope, origin }: Asker, id: string): Promise<void> {
    const { db, clock } = this.deps;
    await writeCompany(db, scope.companyId, clock.now(), async (tx, log) => {
      const before = await repository.lockCallRules(tx, scope, id);
      if (!before) throw new AppError('not-found');
      const { name } = await placeOfRules(tx, scope, id);
      await repository.deleteCallRules(tx, scope, id);
      log.add('call-rules', id);
      const on = { type: 'call-rules', id, name } as const;
      const details: AuditDetails = { before: inWords(before) };
      await writeAudit(tx, auditMark(this.deps, scope, origin), { action: 'call-rules.removed', on, details });
    });
  }
}

/** For the audit log: one value each. */
const inWords = ({ week, dialsPerNumber, gapMinutes, record, openers }: CallRules) => ({
  week: week.map((hours) => (hours ? `${clockTime(hours.startMinute)}–${clockTime(hours.endMinute)}` : '-')).join(' '),
  dialsPerNumber,
  gapMinutes,
  record,
  openers,
});
