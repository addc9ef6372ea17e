import { normalizePassword, passwordFault, type PasswordFault, type PasswordOwner } from '#shared/domain/password.ts';

/** The fields as they are typed. */
export interface PasswordDraft {
  readonly old: string;
  readonly fresh: string;
  readonly again: string;
}

/** What is wrong with each field of the form; the old password is the cloud's to judge. */
export function faultsOf(
  { old, fresh, again }: PasswordDraft,
  owner: PasswordOwner,
): { readonly fresh: PasswordFault | 'password.unchanged' | null; readonly again: boolean } {
  const same = (one: string, other: string): boolean => normalizePassword(one) === normalizePassword(other);
  const fault = passwordFault(fresh, owner);
  return { fresh: fault ?? (same(fresh, old) ? 'password.unchanged' : null), again: !same(fresh, again) };
}
