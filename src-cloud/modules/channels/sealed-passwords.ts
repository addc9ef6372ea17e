import { z } from 'zod';
import type { SealedSecret, SecretBox } from '../../app/secret-box.ts';

/** Both passwords of an account, which are sealed as one. */
export interface SipPasswords {
  readonly password: string;
  readonly turnPassword: string | null;
}
const schema = z.object({ password: z.string(), turnPassword: z.string().nullable() });

/** Of which account: what is copied to another row, or another company's, does not open there. */
interface Owner {
  readonly companyId: string;
  readonly id: string;
}
export const placeOf = ({ companyId, id }: Owner): readonly string[] => ['sip-account', companyId, id];

/** @throws AppError `secret.no-key` */
export const sealPasswords = (box: SecretBox, owner: Owner, passwords: SipPasswords): SealedSecret =>
  box.seal(JSON.stringify(passwords), placeOf(owner));

/** @throws AppError `secret.unreadable` */
export const openPasswords = (box: SecretBox, owner: Owner, sealed: SealedSecret): SipPasswords =>
  schema.parse(JSON.parse(box.open(sealed, placeOf(owner))));
