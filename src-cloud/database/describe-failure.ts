import { basename } from 'node:path';
import pg from 'pg';
import { AppError } from '#shared/base/errors.ts';

const deepest = 5;
const frames = 3;

/**
 * One line for the log: codes, the chain of causes, and where the last of them came from. Messages of PostgreSQL and of
 * JSON.parse are left out, because they quote what they were given («Key (number)=(…) already exists», «Unexpected token
 * …»): of those the code, the table and the rule must do.
 */
export function describeFailure(thrown: unknown): string {
  const parts: string[] = [];
  let last: unknown = thrown;
  for (let error = thrown, depth = 0; error !== undefined && depth < deepest; depth += 1) {
    parts.push(describeOne(error));
    last = error;
    error = error instanceof Error ? error.cause : undefined;
  }
  const from = last instanceof Error ? placesIn(last.stack ?? '') : [];
  return [parts.join(' <- '), ...from].join(' at ');
}

function describeOne(error: unknown): string {
  if (error instanceof AppError) return `${error.code} ${JSON.stringify(error.details)}`;
  if (error instanceof pg.DatabaseError) {
    const { code, table, column, constraint } = error;
    return ['DatabaseError', code, table, column, constraint].filter(Boolean).join(' ');
  }
  if (error instanceof SyntaxError) return 'SyntaxError';
  // Whatever else is thrown is not ours, and may hold anything.
  return error instanceof Error ? `${error.name}: ${error.message}` : typeof error;
}

/** File and line of the innermost calls. */
function placesIn(stack: string): string[] {
  const places = [...stack.matchAll(/^\s+at .*?([^\s(]+:\d+):\d+\)?$/gm)].map((hit) => basename(hit[1] ?? ''));
  return places.slice(0, frames);
}
