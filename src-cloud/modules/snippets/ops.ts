import { mostSnippets } from '#shared/domain/snippet.ts';
import type { Reader } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { applied, rejected, type OpHandler } from '../sync/index.ts';
import { insertSnippet, lockSnippet, ownList, snippetsById, updateSnippet } from './repository.ts';

const current = async (db: Reader, scope: Scope, { id }: { id: string }) =>
  (await snippetsById(db, scope, [id]))[0] ?? null;

/**
 * A person's own: whoever has seen the newest version writes the next. A desk's own earlier write is no conflict, since it
 * made each knowing the ones before. One that was removed elsewhere stays removed, and is told as a conflict.
 */
export const snippetPut: OpHandler<'snippet.put'> = {
  async apply({ tx, log, scope, now, deviceId }, { id, base, position, ...fields }) {
    const { companyId, employeeId } = scope;
    const before = await lockSnippet(tx, scope, id);
    if (!before) {
      // It was there once, and was removed so long ago that nothing of it is left.
      if (base > 0) return rejected('sync.conflict');
      const { count, last } = await ownList(tx, scope);
      if (count >= mostSnippets) return rejected('snippet.too-many', { max: mostSnippets });
      const row = {
        companyId,
        id,
        employeeId,
        ...fields,
        position: position ?? last + 1,
        version: 1,
        deviceId,
        updatedAt: now,
      };
      // Of two desks with one id the second finds the first one's row when it is sent again.
      if (!(await insertSnippet(tx, { ...row, deletedAt: null }))) return rejected('sync.conflict');
    } else {
      if (before.employeeId !== employeeId) return rejected('not-found');
      const knew = before.version === base || before.deviceId === deviceId;
      if (before.deletedAt !== null || !knew) return rejected('sync.conflict');
      const placed = { ...fields, position: position ?? before.position };
      await updateSnippet(tx, scope, id, { ...placed, version: before.version + 1, deviceId, updatedAt: now });
    }
    log.add('snippet', id, employeeId);
    return applied;
  },
  current,
};

/** What is gone already is gone. */
export const snippetRemove: OpHandler<'snippet.remove'> = {
  async apply({ tx, log, scope, now, deviceId }, { id }) {
    const before = await lockSnippet(tx, scope, id);
    if (before && before.employeeId !== scope.employeeId) return rejected('not-found');
    if (!before || before.deletedAt !== null) return applied;
    await updateSnippet(tx, scope, id, { deletedAt: now, version: before.version + 1, deviceId, updatedAt: now });
    log.add('snippet', id, scope.employeeId);
    return applied;
  },
  current,
};
