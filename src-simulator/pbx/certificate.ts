import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface CertificateOptions {
  /** Host names and IPv4 addresses that it is for. */
  readonly names: readonly string[];
  /** ms UTC. */
  readonly validFrom: number;
  readonly validTo: number;
  /** Who signs it; none = it does so itself. */
  readonly authority?: Certificate;
  /** It may sign others. */
  readonly isAuthority?: boolean;
}

export interface Certificate {
  readonly commonName: string;
  /** PEM, as TLS servers take them. */
  readonly cert: string;
  readonly key: string;
  readonly privateKey: KeyObject;
  /** SHA-256 of the public key, base64: what Chromium's `--ignore-certificate-errors-spki-list` takes. */
  readonly spkiHash: string;
}

/**
 * A certificate made for one run (RFC 5280, ECDSA P-256), so that no key is kept anywhere. Node reads certificates but makes
 * none; these are the few structures of DER that one needs.
 */
export function makeCertificate(options: CertificateOptions): Certificate {
  const { names, validFrom, validTo, authority, isAuthority = false } = options;
  const [commonName = 'localhost'] = names;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(authority?.commonName ?? commonName),
    sequence(generalizedTime(validFrom), generalizedTime(validTo)),
    nameOf(commonName),
    spki,
    explicit(3, sequence(basicConstraints(isAuthority), alternativeNames(names))),
  );
  const signature = sign('sha256', body, authority?.privateKey ?? privateKey);
  const der = sequence(body, ecdsaWithSha256, bitString(signature));
  return {
    commonName,
    cert: pem('CERTIFICATE', der),
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    privateKey,
    spkiHash: createHash('sha256').update(spki).digest('base64'),
  };
}

/** Tag, length, content (X.690 §8.1). */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const explicit = (n: number, part: Uint8Array): Buffer => der(0xa0 + n, part);
/** Positive, big-endian, without a leading zero. */
const integer = (bytes: Uint8Array): Buffer => der(0x02, bytes);
const bitString = (bytes: Uint8Array): Buffer => der(0x03, Buffer.from([0]), bytes);
const octetString = (bytes: Uint8Array): Buffer => der(0x04, bytes);
const objectId = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));

/** 1.2.840.10045.4.3.2 */
const ecdsaWithSha256 = sequence(objectId('2a8648ce3d040302'));

/** 2.5.4.3 */
const nameOf = (commonName: string): Buffer =>
  sequence(der(0x31, sequence(objectId('550403'), der(0x0c, Buffer.from(commonName)))));

/** `YYYYMMDDHHMMSSZ`; until 2049 the other form is prescribed, but every reader takes this one. */
const generalizedTime = (ms: number): Buffer =>
  der(0x18, Buffer.from(`${new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`));

/** 2.5.29.19, critical */
const basicConstraints = (isAuthority: boolean): Buffer => {
  const yes = der(0x01, Buffer.from([0xff]));
  return sequence(objectId('551d13'), yes, octetString(isAuthority ? sequence(yes) : sequence()));
};

/** 2.5.29.17: [2] is a host name, [7] an address. */
const alternativeNames = (names: readonly string[]): Buffer => {
  const entries = names.map((name) =>
    isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name)),
  );
  return sequence(objectId('551d11'), octetString(sequence(...entries)));
};

const pem = (label: string, bytes: Buffer): string =>
  `-----BEGIN ${label}-----\n${bytes
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n')}\n-----END ${label}-----\n`;
