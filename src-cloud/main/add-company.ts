import type { CloudDeps } from '../app/deps.ts';
import { writeCompany } from '../database/changes.ts';
import { findAccount, hashPassword, randomPassword } from '../modules/auth/index.ts';
import { createCompany } from '../modules/companies/index.ts';

/** A company with one administrator. Answers with the password, which is kept nowhere; null when the account exists. */
export async function addCompany(deps: CloudDeps, name: string, account: string): Promise<string | null> {
  if (await findAccount(deps.db, account)) return null;
  const password = randomPassword();
  const companyId = deps.newId();
  const admin = { id: deps.newId(), account, name: account, role: 'admin' as const, departmentId: null };
  const passwordHash = await hashPassword(password);
  await writeCompany(deps.db, companyId, deps.clock.now(), (tx, log) =>
    createCompany(tx, log, deps, {
      company: { companyId, name, sample: false },
      departments: [],
      people: [{ ...admin, passwordHash }],
    }),
  );
  return password;
}
