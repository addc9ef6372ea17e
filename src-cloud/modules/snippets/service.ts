import { AppError } from '#shared/base/errors.ts';
import type { RouteParsed, changeSnippet, createSnippet } from '#shared/cloud-contract/contract.ts';
import { auditChange, type AuditAction, type AuditDetails } from '#shared/domain/audit.ts';
import { mostSnippets } from '#shared/domain/snippet.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany, type ChangeLog } from '../../database/changes.ts';
import type { Tx } from '../../database/database.ts';
import type { Tables } from '../../database/schema.ts';
import type { Scope } from '../../database/scope.ts';
import { auditMark, writeAudit } from '../audit/index.ts';
import { given, lastPosition, movedBy, rowOf } from '../ordered/index.ts';
import * as repository from './repository.ts';

type Row = Tables['snippet'];

/** Part of a transaction that changes the company's list. */
interface Work {
  readonly tx: Tx;
  readonly log: ChangeLog;
  readonly now: number;
  /** All of the company, locked. */
  readonly all: readonly Row[];
}

/** 话术 of the company. What people write for themselves comes by operations (ops.ts), and is in no log. */
export class SnippetService {
  private readonly deps: CloudDeps;

  constructor(deps: CloudDeps) {
    this.deps = deps;
  }

  list(scope: Scope) {
    return readCompany(this.deps.db, scope.companyId, (reader) => repository.companySnippets(reader, scope));
  }

  /** Throws `snippet.too-many { max }`. */
  async create(asker: Asker, fields: RouteParsed<typeof createSnippet>['body']): Promise<{ id: string }> {
    const { companyId } = asker.scope;
    const id = this.deps.newId();
    await this.write(asker.scope, async (work) => {
      const { tx, log, now, all } = work;
      if (all.length >= mostSnippets) throw new AppError('snippet.too-many', { max: mostSnippets });
      const position = lastPosition(all);
      const row = { companyId, id, employeeId: null, deviceId: null, ...fields, position, version: 1, updatedAt: now };
      await repository.insertSnippet(tx, { ...row, deletedAt: null });
      log.add('snippet', id);
      await this.note(work, asker, 'snippet.added', { id, title: fields.title }, { after: inWords(fields) });
    });
    return { id };
  }

  /** Throws `not-found`. What is as it was is not written down. */
  async change(asker: Asker, id: string, patch: RouteParsed<typeof changeSnippet>['body']): Promise<void> {
    const { scope } = asker;
    await this.write(scope, async (work) => {
      const before = rowOf(work.all, id);
      const said = given(patch);
      const after: Row = { ...before, ...said };
      const details = auditChange(inWords(before), inWords(after));
      if (!details) return;
      await repository.updateSnippet(work.tx, scope, id, {
        ...said,
        version: before.version + 1,
        updatedAt: work.now,
      });
      work.log.add('snippet', id);
      await this.note(work, asker, 'snippet.changed', after, details);
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
        await repository.updateSnippet(tx, scope, id, { position });
        log.add('snippet', id);
      }
      await this.note(work, asker, 'snippet.reordered', { id: scope.companyId }, { after: { moved: moved.length } });
    });
  }

  /** Throws `not-found`. */
  async remove(asker: Asker, id: string): Promise<void> {
    const { scope } = asker;
    await this.write(scope, async (work) => {
      const before = rowOf(work.all, id);
      await repository.deleteSnippet(work.tx, scope, id);
      work.log.add('snippet', id);
      await this.note(work, asker, 'snippet.removed', before, { before: inWords(before) });
    });
  }

  private write(scope: Scope, deed: (work: Work) => Promise<void>): Promise<void> {
    const { db, clock } = this.deps;
    const now = clock.now();
    return writeCompany(db, scope.companyId, now, async (tx, log) =>
      deed({ tx, log, now, all: await repository.lockCompanySnippets(tx, scope) }),
    );
  }

  private note(
    { tx }: Work,
    { scope, origin }: Asker,
    action: AuditAction,
    { id, title }: { readonly id: string; readonly title?: string },
    details: AuditDetails,
  ): Promise<void> {
    const on = { type: title === undefined ? 'company' : 'snippet', id, ...(title === undefined ? {} : { name: title }) } as const; // prettier-ignore
    return writeAudit(tx, auditMark(this.deps, scope, origin), { action, on, details });
  }
}

/** For the audit log. */
const inWords = ({ category, title, text }: Pick<Row, 'category' | 'title' | 'text'>) => ({
  ...{ category, title },
  text: text.slice(0, 200),
});
