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
      const position = Math.max(0, ...all.map((one) => one.position)) + 1;
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
      const before = find(work.all, id);
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      const after: Row = { ...before, ...given };
      const details = auditChange(inWords(before), inWords(after));
      if (!details) return;
      await repository.updateSnippet(work.tx, scope, id, { ...given, version: before.version + 1, updatedAt: work.now });
      work.log.add('snippet', id);
      await this.note(work, asker, 'snippet.changed', after, details);
    });
  }

  /** Throws `sync.conflict` when `ids` are not all that there are. */
  async order(asker: Asker, ids: readonly string[]): Promise<void> {
    const { scope } = asker;
    await this.write(scope, async (work) => {
      const { tx, log, all } = work;
      if (new Set(ids).size !== ids.length || ids.length !== all.length || !all.every(({ id }) => ids.includes(id)))
        throw new AppError('sync.conflict');
      const moved = all.filter((one) => one.position !== ids.indexOf(one.id) + 1);
      if (moved.length === 0) return;
      for (const { id } of moved) {
        await repository.updateSnippet(tx, scope, id, { position: ids.indexOf(id) + 1 });
        log.add('snippet', id);
      }
      await this.note(work, asker, 'snippet.reordered', { id: scope.companyId }, { after: { moved: moved.length } });
    });
  }

  /** Throws `not-found`. */
  async remove(asker: Asker, id: string): Promise<void> {
    const { scope } = asker;
    await this.write(scope, async (work) => {
      const before = find(work.all, id);
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

function find(all: readonly Row[], id: string): Row {
  const row = all.find((one) => one.id === id);
  if (!row) throw new AppError('not-found');
  return row;
}

/** For the audit log. */
const inWords = ({ category, title, text }: Pick<Row, 'category' | 'title' | 'text'>) => ({
  ...{ category, title },
  text: text.slice(0, 200),
});
