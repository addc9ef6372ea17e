import { AppError } from '#shared/base/errors.ts';
import { auditChange } from '#shared/domain/audit.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import * as repository from './keeping-repository.ts';

const dayMs = 24 * 60 * 60_000;

/** When a recording must have been stored to be due now. */
export const dueBefore = (now: number, keepDays: number): number => now - keepDays * dayMs;

/** How long a company keeps its recordings, and which stay whatever the rule says (依法保留). */
export class KeepingService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  /** @param instead what would be due by this rule */
  rule({ companyId }: Scope, instead?: number): Promise<{ keepDays: number | null; due: number }> {
    return readCompany(this.deps.db, companyId, async (reader) => {
      const keepDays = await repository.readKeepDays(reader, companyId);
      const asked = instead ?? keepDays;
      const due =
        asked === null ? 0 : await repository.countDue(reader, companyId, dueBefore(this.deps.clock.now(), asked));
      return { keepDays, due };
    });
  }

  async setRule({ scope, origin }: Asker, keepDays: number | null): Promise<void> {
    const { db, clock } = this.deps;
    const { companyId } = scope;
    await writeCompany(db, companyId, clock.now(), async (tx) => {
      const details = auditChange({ keepDays: await repository.readKeepDays(tx, companyId) }, { keepDays });
      if (!details) return;
      await repository.writeKeepDays(tx, companyId, keepDays);
      const entry = { action: 'recording.rule-changed', on: { type: 'company', id: companyId }, details } as const;
      await writeAudit(tx, auditMark(this.deps, scope, origin), entry);
    });
  }

  holds(scope: Scope) {
    return readCompany(this.deps.db, scope.companyId, (reader) => repository.listHolds(reader, scope));
  }

  /** Throws `not-found`, `recording.purged { at }`. */
  async hold({ scope, origin }: Asker, id: string, reason: string): Promise<void> {
    const { db, clock } = this.deps;
    const now = clock.now();
    await writeCompany(db, scope.companyId, now, async (tx) => {
      const row = await repository.lockRecording(tx, scope, id);
      if (!row) throw new AppError('not-found');
      if (row.purgedAt !== null) throw new AppError('recording.purged', { at: row.purgedAt });
      const hold = { heldAt: row.heldAt ?? now, heldBy: scope.employeeId, holdReason: reason };
      await repository.setHold(tx, scope, id, hold);
      await writeAudit(tx, auditMark(this.deps, scope, origin), {
        action: 'recording.held',
        on: { type: 'recording', id },
      });
    });
  }

  /** Throws `not-found` for what nobody holds. */
  async release({ scope, origin }: Asker, id: string): Promise<void> {
    const { db, clock } = this.deps;
    await writeCompany(db, scope.companyId, clock.now(), async (tx) => {
      const row = await repository.lockRecording(tx, scope, id);
      if (!row || row.heldAt === null) throw new AppError('not-found');
      await repository.setHold(tx, scope, id, { heldAt: null, heldBy: null, holdReason: null });
      await writeAudit(tx, auditMark(this.deps, scope, origin), {
        action: 'recording.released',
        on: { type: 'recording', id },
      });
    });
  }
}
