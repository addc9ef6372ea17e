import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SecretBox } from './secret-box.ts';

const key = (id: string) => ({ id, bytes: randomBytes(32) });
const [old, fresh] = [key('old'), key('new')];
const place = ['sip-account', 'company-1', 'account-1'];
const refused = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('a sealed secret', () => {
  it('opens with its key alone, at its place alone, and looks different each time', () => {
    const box = new SecretBox([old]);
    const [one, other] = [box.seal('geheim', place), box.seal('geheim', place)];
    expect(box.open(one, place)).toBe('geheim');
    expect(one.sealed).not.toBe(other.sealed);
    expect(Buffer.from(one.sealed, 'base64').toString('latin1')).not.toContain('geheim');
    const unreadable = { code: 'secret.unreadable', details: { key: 'old' } };
    expect(refused(() => box.open(one, ['sip-account', 'company-2', 'account-1']))).toMatchObject(unreadable);
    expect(refused(() => box.open(one, ['sip-account', 'company-1', 'account-2']))).toMatchObject(unreadable);
    expect(refused(() => new SecretBox([key('old')]).open(one, place))).toMatchObject(unreadable);
    expect(refused(() => new SecretBox([fresh]).open(one, place))).toMatchObject(unreadable);
  });

  it('is refused when a byte of it is another, or it was cut', () => {
    const box = new SecretBox([old]);
    const { keyId, sealed } = box.seal('geheim', place);
    const bytes = Buffer.from(sealed, 'base64');
    for (let at = 0; at < bytes.length; at += 1) {
      const bent = Buffer.from(bytes);
      bent[at] = (bent[at] ?? 0) ^ 1;
      expect(refused(() => box.open({ keyId, sealed: bent.toString('base64') }, place))).toMatchObject({ code: 'secret.unreadable' }); // prettier-ignore
      const cut = bytes.subarray(0, at).toString('base64');
      expect(refused(() => box.open({ keyId, sealed: cut }, place))).toMatchObject({ code: 'secret.unreadable' });
    }
  });

  it('of an old key is readable while that key is there; new ones are sealed with the first', () => {
    const before = new SecretBox([old]).seal('geheim', place);
    const both = new SecretBox([fresh, old]);
    expect(both.open(before, place)).toBe('geheim');
    expect(both.seal('geheim', place).keyId).toBe('new');
  });

  it('is not made where there is no key', () => {
    expect(refused(() => new SecretBox([]).seal('geheim', place))).toMatchObject({ code: 'secret.no-key' });
  });
});
