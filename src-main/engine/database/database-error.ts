import BetterSqlite from 'better-sqlite3';
import { AppError } from '#shared/base/errors.ts';

/** What SQLite says, in the product's words; anything that is not the world's doing stays a bug of ours (`internal`). */
export function toDatabaseError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (!(thrown instanceof BetterSqlite.SqliteError)) {
    if (isNodeError(thrown) && (thrown.code === 'ENOSPC' || thrown.code === 'EDQUOT'))
      return new AppError('disk.full', {}, thrown);
    return new AppError('internal', {}, thrown);
  }
  const { code, message } = thrown;
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new AppError('database.locked', {}, thrown);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
    return new AppError('database.damaged', { finding: message }, thrown);
  if (code === 'SQLITE_FULL') return new AppError('disk.full', {}, thrown);
  return new AppError('internal', { sqlite: code }, thrown);
}

const isNodeError = (thrown: unknown): thrown is NodeJS.ErrnoException => thrown instanceof Error && 'code' in thrown;
