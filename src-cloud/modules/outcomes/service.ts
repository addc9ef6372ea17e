import { AppError } from '#shared/base/errors.ts';
import { auditChange, type AuditDetails } from '#shared/domain/audit.ts';
import { setFault } from '#shared/domain/outcome-set.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import { refusedBy } from '../../database/constraint.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import {
  insertOutcomeSet,
  lockOutcomeSet,
  outcomeSet,
  outcomeSetKey,
  updateOutcomeSet,
  type StoredSet,
} from './repository.ts';

const none: StoredSet = { version: 0, mustChoose: false, outcomes: [] };

/** What people may say of a call. Desks have it within seconds, and keep it without the cloud. */
export class OutcomeService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  async read(scope: Scope): Promise<StoredSet> {
    return (await readCompany(this.deps.db, scope.companyId, (reader) => outcomeSet(reader, scope))) ?? none;
  }

  /**
   * @param base the version that their author saw; 0 = none
   * Throws `sync.conflict` (somebody else has changed it since `base`), `outcome.set-invalid { fault }` (`setFault`).
   */
  async set({ scope, origin }: Asker, base: number, set: Omit<StoredSet, 'version'>): Promise<{ version: number }> {
    const { db, clock } = this.deps;
    const now = clock.now();
    const version = base + 1;
    await writeCompany(db, scope.companyId, now, async (tx, log) => {
      const known = await lockOutcomeSet(tx, scope);
      const before = known ?? none;
      if (before.version !== base) throw new AppError('sync.conflict');
      const fault = setFault(before.outcomes, set.outcomes);
      if (fault) throw new AppError('outcome.set-invalid', { fault });
      await (known ? updateOutcomeSet : insertOutcomeSet)(tx, scope, { ...set, version }, now);
      log.add('outcome-set', scope.companyId);
      const details = before.version === 0 ? { after: inWords(set) } : auditChange(inWords(before), inWords(set));
      const mark = auditMark(this.deps, scope, origin);
      await writeAudit(tx, mark, { action: 'outcomes.changed', on: { type: 'company', id: scope.companyId }, details });
    }).catch((error: unknown) => {
      throw refusedBy(error, outcomeSetKey) ? new AppError('sync.conflict', {}, error) : error;
    });
    return { version };
  }
}

type Words = NonNullable<AuditDetails['after']>;

/** 有意向 (interested: note, follow-up); (retired) */
const inWords = ({ mustChoose, outcomes }: Omit<StoredSet, 'version'>): Words => ({
  mustChoose,
  outcomes: outcomes
    .map(({ name, meaning, active, requires }) => {
      const said = `${name} (${[meaning, ...requires].join(', ')})`;
      return active ? said : `[${said}]`;
    })
    .join('; '),
});
