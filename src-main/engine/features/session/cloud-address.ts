import { AppError } from '#shared/base/errors.ts';

/**
 * What a person typed as the company's address, as an origin: "crm.example.com" → "https://crm.example.com". Without a
 * scheme it is https, except on this computer itself, where a cloud is tried out without a certificate.
 *
 * @throws AppError `cloud.address-invalid`
 */
export function parseCloudAddress(typed: string): string {
  const text = typed.trim();
  const complete = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${isLoopback(text) ? 'http' : 'https'}://${text}`;
  if (text === '' || !URL.canParse(complete)) throw new AppError('cloud.address-invalid');
  const url = new URL(complete);
  const plain =
    url.username === '' && url.password === '' && url.pathname === '/' && url.search === '' && url.hash === '';
  if (!plain || !['http:', 'https:'].includes(url.protocol)) throw new AppError('cloud.address-invalid');
  return url.origin;
}

const isLoopback = (text: string): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?\/?$/i.test(text);
