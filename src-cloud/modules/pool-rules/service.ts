import { AppError } from '#shared/base/errors.ts';
import type { CloudPoolRules, RouteParsed, setPoolRules } from '#shared/cloud-contract/contract.ts';
import { auditChange } from '#shared/domain/audit.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import { refusedBy } from '../../database/constraint.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { placeOfRules } from '../departments/index.ts';
import * as repository from './repository.ts';

/** What a company says of its pool. Claims are decided by it at once; desks have it within seconds, for their warnings. */
export class PoolRulesService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  list(scope: Scope): Promise<CloudPoolRules[]> {
    return readCompany(this.deps.db, scope.companyId, (reader) => repository.allPoolRules(reader, scope));
  }

  /**
   * @param id the company's own, or a department's
   * Throws `not-found` (no such department), `sync.conflict` (somebody else has changed them since `base`).
   */
  async set(
    { scope, origin }: Asker,
    id: string,
    { base, ...rules }: RouteParsed<typeof setPoolRules>['body'],
  ): Promise<{ version: number }> {
    const { db, clock } = this.deps;
    const now = clock.now();
    const version = base + 1;
    await writeCompany(db, scope.companyId, now, async (tx, log) => {
      const place = await placeOfRules(tx, scope, id);
      const before = await repository.lockPoolRules(tx, scope, id);
      if ((before?.version ?? 0) !== base) throw new AppError('sync.conflict');
      const row = { id, departmentId: place.departmentId, version, rules };
      await (before ? repository.updatePoolRules : repository.insertPoolRules)(tx, scope, row, now);
      log.add('pool-rules', id);
      const details = before ? auditChange({ ...before.rules }, rules) : { after: rules };
      const on = { type: 'pool-rules', id, name: place.name } as const;
      await writeAudit(tx, auditMark(this.deps, scope, origin), { action: 'pool-rules.changed', on, details });
    }).catch((error: unknown) => {
      throw refusedBy(error, repository.rulesKey) ? new AppError('sync.conflict', {}, error) : error;
    });
    return { version };
  }

  /** Throws `not-found`. */
  async remove({ scope, origin }: Asker, id: string): Promise<void> {
    const { db, clock } = this.deps;
    await writeCompany(db, scope.companyId, clock.now(), async (tx, log) => {
      const before = await repository.lockPoolRules(tx, scope, id);
      if (!before) throw new AppError('not-found');
      const { name } = await placeOfRules(tx, scope, id);
      await repository.deletePoolRules(tx, scope, id);
      log.add('pool-rules', id);
      const on = { type: 'pool-rules', id, name } as const;
      const details = { before: { ...before.rules } };
      await writeAudit(tx, auditMark(this.deps, scope, origin), { action: 'pool-rules.removed', on, details });
    });
  }
}
