import type { PeerCertificate } from 'node:tls';
import { AppError } from '#shared/base/errors.ts';

export interface Shown {
  readonly host: string;
  readonly certificate: PeerCertificate;
  /** What TLS has against it: a code of OpenSSL or Node; null = nothing. */
  readonly verdict: string | null;
  /** ms UTC. */
  readonly now: number;
}

/**
 * What is wrong with a server's certificate, the thing that whoever runs the server mends first: a self-signed one that has
 * also expired needs a new one anyway. Null = nothing (RFC 5280 §6, RFC 9525 §6).
 */
export function certificateProblem({ host, certificate, verdict, now }: Shown): AppError | null {
  if (verdict === null) return null;
  const validFrom = Date.parse(certificate.valid_from);
  const validTo = Date.parse(certificate.valid_to);
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  if (verdict === 'CERT_HAS_EXPIRED' || validTo < now)
    return new AppError('sip.test-certificate-expired', { host, ...(validTo < now && { until: day(validTo) }) });
  if (verdict === 'CERT_NOT_YET_VALID' || validFrom > now)
    return new AppError('sip.test-certificate-early', { host, ...(validFrom > now && { from: day(validFrom) }) });
  if (verdict === 'DEPTH_ZERO_SELF_SIGNED_CERT') return new AppError('sip.test-certificate-self-signed', { host });
  if (verdict === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return new AppError('sip.test-certificate-name', { host, names: namesOf(certificate) });
  return new AppError('sip.test-certificate-untrusted', { host, issuer: issuerOf(certificate) });
}

const mostNames = 4;

/** Whom it is for: `DNS:a.example.com, IP Address:192.0.2.1` is `a.example.com, 192.0.2.1`. */
function namesOf({ subjectaltname = '', subject }: PeerCertificate): string {
  const names = subjectaltname
    .split(/,\s*/)
    .map((entry) => entry.replace(/^[^:]*:/, ''))
    .filter((name) => name !== '');
  const all = names.length > 0 ? names : [first(subject?.CN)];
  return all.slice(0, mostNames).join(', ') + (all.length > mostNames ? ' …' : '');
}

/** Who has signed it, as far as it says; "" = it does not. */
export const issuerOf = ({ issuer }: PeerCertificate): string => first(issuer?.O ?? issuer?.CN);

const first = (value: string | string[] | undefined): string => (Array.isArray(value) ? value[0] : value) ?? '';
