import type { ByteRange } from '../host.ts';

/**
 * One range of RFC 9110 §14.2: `bytes=0-99`, `bytes=100-`, `bytes=-500`. Anything else (several ranges, other units,
 * nonsense) is undefined: the RFC lets a server ignore a Range it does not like and send the whole.
 */
export function parseRange(header: string | null | undefined): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const [, start = '', end = ''] = match;
  if (start === '' && end === '') return undefined;
  if (start !== '' && end !== '' && Number(end) < Number(start)) return undefined;
  return { ...(start === '' ? {} : { start: Number(start) }), ...(end === '' ? {} : { end: Number(end) }) };
}
