import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { makeCertificate } from './certificate.ts';

const day = 86_400_000;
const validFrom = Date.UTC(2026, 0, 1, 12);
const validTo = validFrom + 30 * day;

it('a certificate is read by others as it was meant', () => {
  const made = makeCertificate({ names: ['pbx.example.com', '192.0.2.7'], validFrom, validTo });
  const read = new X509Certificate(made.cert);
  expect(read.checkHost('pbx.example.com')).toBe('pbx.example.com');
  expect(read.checkIP('192.0.2.7')).toBe('192.0.2.7');
  expect(read.checkHost('other.example.com')).toBeUndefined();
  expect([Date.parse(read.validFrom), Date.parse(read.validTo)]).toEqual([validFrom, validTo]);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkPrivateKey(made.privateKey)).toBe(true);
  expect(read.ca).toBe(false);
});

it('an authority signs for others, and each has a key of its own', () => {
  const authority = makeCertificate({ names: ['Example CA'], validFrom, validTo, isAuthority: true });
  const signed = makeCertificate({ names: ['pbx.example.com'], validFrom, validTo, authority });
  const [read, above] = [new X509Certificate(signed.cert), new X509Certificate(authority.cert)];
  expect(above.ca).toBe(true);
  expect(read.checkIssued(above)).toBe(true);
  expect(read.verify(above.publicKey)).toBe(true);
  expect(read.verify(read.publicKey)).toBe(false);
});
