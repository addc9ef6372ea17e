import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '#shared/base/errors.ts';

/** A key of this server, AES-256. Its id stands beside what was encrypted with it. */
export interface SecretKey {
  readonly id: string;
  /** 32 bytes. */
  readonly bytes: Uint8Array;
}

/** A secret as it lies in the database: nonce, tag and ciphertext in base64, and which key opens it. */
export interface SealedSecret {
  readonly keyId: string;
  readonly sealed: string;
}

/** Of AES-GCM (NIST SP 800-38D §8.2.2): random, never used again with the same key. */
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Encrypts what the cloud keeps for others and has to give back in clear (passwords are hashed, and never come here). What
 * is sealed for one place opens at no other: the place and the key's id are associated data, so that a row which somebody
 * copies within the database is of no use.
 */
export class SecretBox {
  private readonly keys: ReadonlyMap<string, Uint8Array>;
  private readonly current: SecretKey | undefined;

  /** @param keys the first one encrypts, all of them open; none = nothing can be sealed here */
  constructor(keys: readonly SecretKey[]) {
    this.keys = new Map(keys.map(({ id, bytes }) => [id, bytes]));
    [this.current] = keys;
  }

  /** Those that open what they sealed once, and seal nothing any more. */
  get olderKeyIds(): readonly string[] {
    return [...this.keys.keys()].filter((id) => id !== this.current?.id);
  }

  /** This server has the key of that name; whether it is the right one `open` finds out. */
  has(keyId: string): boolean {
    return this.keys.has(keyId);
  }

  /** @param place e.g. table, company and row @throws AppError `secret.no-key` */
  seal(text: string, place: readonly string[]): SealedSecret {
    if (!this.current) throw new AppError('secret.no-key');
    const { id, bytes } = this.current;
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(associated(place, id));
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return { keyId: id, sealed: Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64') };
  }

  /** @throws AppError `secret.unreadable { key }`: no such key here, another one under its name, or not what was sealed there */
  open({ keyId, sealed }: SealedSecret, place: readonly string[]): string {
    const key = this.keys.get(keyId);
    if (!key) throw new AppError('secret.unreadable', { key: keyId });
    const all = Buffer.from(sealed, 'base64');
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, all.subarray(0, nonceBytes), { authTagLength: tagBytes })
        .setAAD(associated(place, keyId))
        .setAuthTag(all.subarray(nonceBytes, nonceBytes + tagBytes));
      return decipher.update(all.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
    } catch (error) {
      throw new AppError('secret.unreadable', { key: keyId }, error);
    }
  }
}

const associated = (place: readonly string[], keyId: string): Buffer => Buffer.from(JSON.stringify([...place, keyId]));
