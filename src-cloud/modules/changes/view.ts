import type { Reader } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';

/**
 * The epoch as this person sees it. Other rights show another history, which a desk reads from zero and by which it forgets
 * what is no longer its person's to see: another role or department of theirs, and of managers also other people in
 * their department (`department.sight`). All of it is part of the row that decides it, so it changes in that transaction.
 */
export async function epochFor(db: Reader, scope: Scope, epoch: string): Promise<string> {
  const { role, departmentId } = scope;
  const view = `${epoch}.${role}.${departmentId ?? ''}`;
  if (role !== 'manager' || departmentId === null) return view;
  const { sight } = await db
    .selectFrom('department')
    .select('sight')
    .where('companyId', '=', scope.companyId)
    .where('id', '=', departmentId)
    .executeTakeFirstOrThrow();
  // As before there was such a number, as long as nobody has moved: else every manager would read anew for an update.
  return sight === 0 ? view : `${view}.${sight}`;
}
