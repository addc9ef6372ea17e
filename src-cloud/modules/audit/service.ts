import { byteOrderMark } from '#shared/base/csv.ts';
import { Readable } from 'node:stream';
import { auditText, type AuditText } from '#shared/domain/audit-text.ts';
import { AppError } from '#shared/base/errors.ts';
import type { RouteParsed, RouteReply, audit, exportAudit } from '#shared/cloud-contract/contract.ts';
import { auditExportCap, type AuditDetails, type AuditValue } from '#shared/domain/audit.ts';
import type { CloudDeps } from '../../app/deps.ts';
import type { Asker } from '../../app/register.ts';
import { readCompany } from '../../database/access.ts';
import { writeCompany } from '../../database/changes.ts';
import type { Tx } from '../../database/database.ts';
import { describeFailure } from '../../database/describe-failure.ts';
import type { Scope } from '../../database/scope.ts';
import { auditHead, auditLine, csvLine } from './csv.ts';
import { auditPage, type AuditFilter, type AuditPlace } from './reading.ts';
import { auditMark, writeAudit } from './repository.ts';

type Query = RouteParsed<typeof audit>['query'];
type Export = RouteParsed<typeof exportAudit>['query'];

/** Entries of the exported file that are read, and held, at once. */
const pageRows = 1000;

/** 审计日志, for whoever may read it: pages, and a file. */
export class AuditService {
  private readonly deps: CloudDeps;
  private readonly cap: number;

  /** @param cap rows of a file at most */
  constructor(deps: CloudDeps, cap = auditExportCap) {
    this.deps = deps;
    this.cap = cap;
  }

  async list(scope: Scope, { before, limit, ...filter }: Query): Promise<RouteReply<typeof audit>> {
    const place = before === undefined ? null : placeOf(before);
    const page = await readCompany(this.deps.db, scope.companyId, (reader) =>
      auditPage(reader, scope, filter, { before: place, limit }),
    );
    return { ...page, next: page.next && `${page.next.at}.${page.next.id}` };
  }

  /**
   * The file as it is read, page by page, as fast as it is taken: neither rows nor a session of the database are held
   * meanwhile. It has what was there when it was asked for, and not the entry that tells of it.
   * Throws `input.invalid { reason: zone }` before the first byte; a failure later breaks the stream off.
   */
  async export({ scope, origin }: Asker, { locale, zone, ...filter }: Export): Promise<Readable> {
    const text = textOf(locale, zone);
    const mark = auditMark(this.deps, scope, origin);
    await writeCompany(this.deps.db, scope.companyId, mark.at, async (tx) => {
      const details: AuditDetails = { after: await askedFor(tx, scope, filter) };
      await writeAudit(tx, mark, { action: 'audit.exported', on: { type: 'company', id: scope.companyId }, details });
    });
    return Readable.from(this.pages(scope, filter, text, { at: mark.at, id: mark.id }), { objectMode: false });
  }

  private async *pages(scope: Scope, filter: AuditFilter, text: AuditText, start: AuditPlace): AsyncGenerator<Buffer> {
    yield Buffer.from(byteOrderMark + auditHead(text));
    let before: AuditPlace | null = start;
    for (let left = this.cap; before !== null;) {
      // One more than fit: only then is it known that something is left out.
      const page = await this.pageOf(scope, filter, before, Math.min(pageRows, left + 1));
      const fitting = page.entries.slice(0, left);
      if (fitting.length > 0) yield Buffer.from(fitting.map((entry) => auditLine(entry, text)).join(''));
      if (page.entries.length > left) return yield Buffer.from(csvLine([text.words.capped(this.cap)]));
      left -= fitting.length;
      before = page.next;
    }
  }

  private async pageOf(scope: Scope, filter: AuditFilter, before: AuditPlace, limit: number) {
    const { db, logger } = this.deps;
    try {
      return await readCompany(db, scope.companyId, (reader) => auditPage(reader, scope, filter, { before, limit }));
    } catch (error) {
      // The answer has begun: all that its reader learns is that it breaks off.
      logger.log('error', 'audit.export-broken', { error: describeFailure(error) });
      throw error;
    }
  }
}

function placeOf(cursor: string): AuditPlace {
  const [at = '', id = ''] = cursor.split('.');
  return { at: Number(at), id };
}

function textOf(locale: Export['locale'], zone: string): AuditText {
  try {
    return auditText(locale, zone);
  } catch (error) {
    throw new AppError('input.invalid', { reason: 'zone' }, error);
  }
}

/** What the file was narrowed down by, for the entry that tells of it: neither the text nor the id that was typed. */
async function askedFor(
  tx: Tx,
  { companyId }: Scope,
  { employeeId, entityId, search, ...filter }: AuditFilter,
): Promise<Record<string, AuditValue>> {
  const told = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const asked: Record<string, AuditValue> = { ...Object.fromEntries(told), ...(search ? { search: true } : {}) };
  if (entityId !== undefined) asked['entity'] = true;
  if (employeeId === undefined) return asked;
  const person = await tx
    .selectFrom('employee')
    .select('name')
    .where('companyId', '=', companyId)
    .where('id', '=', employeeId)
    .executeTakeFirst();
  return { ...asked, employee: person?.name ?? null };
}
