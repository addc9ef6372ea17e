import { auditChange, type AuditAction, type AuditDetails } from '#shared/domain/audit.ts';
import { AppError } from '#shared/base/errors.ts';
import type { ErrorCode } from '#shared/base/error-codes.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { writeCompany, type ChangeLog } from '../../database/changes.ts';
import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { given, lastPosition, movedBy, rowOf, type Placed } from './places.ts';

/** Texts with a title: their rows, and what is said of them. */
export interface TextSubject<Row extends Placed & { readonly title: string }, Fields> {
  /** In the stream and in the audit log. */
  readonly type: 'snippet' | 'script';
  readonly most: number;
  readonly tooMany: ErrorCode;
  /** For the audit log. */
  inWords(fields: Fields): NonNullable<AuditDetails['after']>;
  /** All of the company, with their row locks. */
  lock(tx: Tx, scope: Scope): Promise<Row[]>;
  insert(tx: Tx, row: { readonly companyId: string; readonly id: string; readonly position: number } & Fields, now: number): Promise<unknown>; // prettier-ignore
  /** @param now of another text; null = of another place alone */
  update(tx: Tx, scope: Scope, before: Row, change: Partial<Row>, now: number | null): Promise<unknown>;
  delete(tx: Tx, scope: Scope, id: string): Promise<unknown>;
}

/** Part of a transaction that changes the company's list. */
interface Work<Row> {
  readonly tx: Tx;
  readonly log: ChangeLog;
  readonly now: number;
  /** All of the company, locked. */
  readonly all: readonly Row[];
}

/** Texts of the company, written, put in order and taken away by administrators. */
export class TextListService<
  Row extends Placed & Fields & { readonly title: string },
  Fields extends { title: string },
> {
  protected readonly deps: CloudDeps;
  private readonly subject: TextSubject<Row, Fields>;

  constructor(deps: CloudDeps, subject: TextSubject<Row, Fields>) {
    this.deps = deps;
    this.subject = subject;
  }

  /** Throws `<type>.too-many { max }`. */
  async create(asker: Asker, fields: Fields): Promise<{ id: string }> {
    const { companyId } = asker.scope;
    const { type, most, tooMany, inWords, insert } = this.subject;
    const id = this.deps.newId();
    await this.write(asker.scope, async (work) => {
      const { tx, log, now, all } = work;
      if (all.length >= most) throw new AppError(tooMany, { max: most });
      await insert(tx, { companyId, id, position: lastPosition(all), ...fields }, now);
      log.add(type, id);
      await this.note(work, asker, 'added', { id, title: fields.title }, { after: inWords(fields) });
    });
    return { id };
  }

  /** Several at the end of the list, as far as `taken` lets them in. @returns how many */
  protected async addAll(
    asker: Asker,
    taken: (all: readonly Row[]) => readonly Fields[],
    said: AuditAction,
  ): Promise<number> {
    const { scope, origin } = asker;
    const { type, insert } = this.subject;
    let added = 0;
    await this.write(scope, async ({ tx, log, now, all }) => {
      const rows = taken(all);
      let position = lastPosition(all);
      for (const fields of rows) {
        const id = this.deps.newId();
        await insert(tx, { companyId: scope.companyId, id, position, ...fields }, now);
        log.add(type, id);
        position += 1;
      }
      added = rows.length;
      if (added === 0) return;
      const on = { type: 'company', id: scope.companyId } as const;
      await writeAudit(tx, auditMark(this.deps, scope, origin), {
        action: said,
        on,
        details: { after: { count: added } },
      });
    });
    return added;
  }

  /** Throws `not-found`. What is as it was is not written down. */
  async change(asker: Asker, id: string, patch: { [F in keyof Fields]?: Fields[F] | undefined }): Promise<void> {
    const { scope } = asker;
    const { type, inWords, update } = this.subject;
    await this.write(scope, async (work) => {
      const before = rowOf(work.all, id);
      const said = given(patch) as Partial<Row>;
      const after: Row = { ...before, ...said };
      const details = auditChange(inWords(before), inWords(after));
      if (!details) return;
      await update(work.tx, scope, before, said, work.now);
      work.log.add(type, id);
      await this.note(work, asker, 'changed', after, details);
    });
  }

  /** Throws `sync.conflict` when `ids` are not all that there are. */
  async order(asker: Asker, ids: readonly string[]): Promise<void> {
    const { scope } = asker;
    const { type, update } = this.subject;
    await this.write(scope, async (work) => {
      const moved = movedBy(work.all, ids);
      if (moved.length === 0) return;
      for (const { id, position } of moved) {
        await update(work.tx, scope, rowOf(work.all, id), { position } as Partial<Row>, null);
        work.log.add(type, id);
      }
      await this.note(work, asker, 'reordered', { id: scope.companyId }, { after: { moved: moved.length } });
    });
  }

  /** Throws `not-found`. */
  async remove(asker: Asker, id: string): Promise<void> {
    const { scope } = asker;
    const { type, inWords } = this.subject;
    await this.write(scope, async (work) => {
      const before = rowOf(work.all, id);
      await this.subject.delete(work.tx, scope, id);
      work.log.add(type, id);
      await this.note(work, asker, 'removed', before, { before: inWords(before) });
    });
  }

  private write(scope: Scope, deed: (work: Work<Row>) => Promise<void>): Promise<void> {
    const { db, clock } = this.deps;
    const now = clock.now();
    return writeCompany(db, scope.companyId, now, async (tx, log) =>
      deed({ tx, log, now, all: await this.subject.lock(tx, scope) }),
    );
  }

  private note(
    { tx }: Work<Row>,
    { scope, origin }: Asker,
    deed: 'added' | 'changed' | 'removed' | 'reordered',
    { id, title }: { readonly id: string; readonly title?: string },
    details: AuditDetails,
  ): Promise<void> {
    const { type } = this.subject;
    const on = { type: title === undefined ? 'company' : type, id, ...(title === undefined ? {} : { name: title }) } as const; // prettier-ignore
    return writeAudit(tx, auditMark(this.deps, scope, origin), {
      action: `${type}.${deed}` satisfies AuditAction,
      on,
      details,
    });
  }
}
