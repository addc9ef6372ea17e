import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import { lockDevices } from './device-repository.ts';
import * as repository from './repository.ts';

/**
 * A one-time password in place of the person's own, and the end of all their sessions. The keys of their devices stay: with
 * them a desk opens what it had sealed. False = nobody in this company.
 */
export async function giveOneTimePassword(
  tx: Tx,
  { companyId }: Scope,
  employeeId: string,
  passwordHash: string,
  now: number,
): Promise<boolean> {
  if (!(await repository.setOneTimePassword(tx, companyId, employeeId, passwordHash))) return false;
  await lockDevices(tx, { companyId, employeeId });
  await repository.revokeAllFamilies(tx, companyId, employeeId, 'password', now);
  return true;
}
