import { toAppError } from '#shared/base/errors.ts';
import type { Connection } from './connection.ts';
import type { KeyProof } from './key-locks.ts';
import type { Person, SessionCloud } from './ports.ts';

interface Proof {
  readonly person: Person;
  /** By this desk alone, so long; null = by the cloud. */
  readonly until: number | null;
  /** What the person's key is locked with; null without the cloud. */
  readonly proof: KeyProof | null;
}

interface Claim {
  readonly account: string;
  readonly password: string;
  /** In place of a one-time password; it is the proof from then on. */
  readonly newPassword?: string | undefined;
  readonly deviceName: string;
  /** Nobody is in: only then is this desk's own word worth something. */
  readonly mayBeOffline: boolean;
}

/** Whose password it is: by the cloud, or where that is away by this desk. Throws what either refuses with. */
export async function prove(here: Connection<SessionCloud>, claim: Claim): Promise<Proof> {
  const { account, password, newPassword, deviceName, mayBeOffline } = claim;
  try {
    const { employee, company, deskKey = null } = await here.cloud.signIn(account, password, deviceName, newPassword);
    return { person: { employee, company }, until: null, proof: { password: newPassword ?? password, deskKey } };
  } catch (error) {
    const refusal = toAppError(error);
    if (refusal.code === 'auth.disabled') await here.offline.forget(account);
    if (refusal.code !== 'cloud.unreachable' || !mayBeOffline) throw error;
    return { ...(await here.offline.check(account, password, refusal)), proof: null };
  }
}

/** For the days without the cloud, and for the day on which the session is ended by force. Never rejects. */
export async function keepProof(
  here: Connection<SessionCloud>,
  account: string,
  person: Person,
  proof: KeyProof,
): Promise<void> {
  await here.offline.remember(account, proof.password, person);
  await here.keys.renew(person.employee.id, proof);
}

/** The same of another password, by who is in. Never rejects. */
export async function keepPassword(here: Connection<SessionCloud>, person: Person, password: string): Promise<void> {
  await here.offline.remember(person.employee.account, password, person);
  await here.keys.passwordChanged(person.employee.id, password);
}
