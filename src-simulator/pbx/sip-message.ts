/** A SIP message as the trunk needs it (RFC 3261 §7): headers in their order, body as text. */
export interface SipMessage {
  /** Null in a response. */
  readonly method: string | null;
  /** Of a request. */
  readonly uri: string;
  /** 0 in a request. */
  readonly status: number;
  readonly headers: readonly SipHeader[];
  readonly body: string;
}
export type SipHeader = readonly [name: string, value: string];

/** RFC 3261 §7.3.3. */
const shortForms: Readonly<Record<string, string>> = {
  v: 'via',
  f: 'from',
  t: 'to',
  i: 'call-id',
  m: 'contact',
  c: 'content-type',
  l: 'content-length',
};

/** @returns null for what is no SIP message, e.g. a keep-alive */
export function parseSip(bytes: Uint8Array): SipMessage | null {
  const text = Buffer.from(bytes).toString('utf8');
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [start = '', ...lines] = text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = lines.flatMap((line): SipHeader[] => {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    return colon > 0 ? [[shortForms[name] ?? name, line.slice(colon + 1).trim()]] : [];
  });
  const body = text.slice(end + 4);
  const response = /^SIP\/2\.0 (\d{3})/.exec(start);
  if (response) return { method: null, uri: '', status: Number(response[1]), headers, body };
  const request = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(start);
  return request ? { method: request[1] ?? '', uri: request[2] ?? '', status: 0, headers, body } : null;
}

/** @param start e.g. `SIP/2.0 200 OK` or `BYE sip:… SIP/2.0` */
export function formatSip(start: string, headers: readonly SipHeader[], body = ''): Buffer {
  const length: SipHeader = ['Content-Length', String(Buffer.byteLength(body))];
  const lines = [start, ...[...headers, length].map(([name, value]) => `${name}: ${value}`)];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

export const headerOf = ({ headers }: SipMessage, name: string): string =>
  headers.find(([other]) => other === name)?.[1] ?? '';

export const headersOf = ({ headers }: SipMessage, name: string): string[] =>
  headers.filter(([other]) => other === name).map(([, value]) => value);

/**
 * An answer without a dialog behind it (RFC 3261 §8.2.6). @param start e.g. `SIP/2.0 200 OK`
 * @param tag ours, where the request has none; "" = the answer begins nothing
 */
export function replyTo(
  request: SipMessage,
  start: string,
  more: readonly SipHeader[] = [],
  tag = '',
  body = '',
): Buffer {
  const copied = ['via', 'record-route', 'from', 'to', 'call-id', 'cseq'].flatMap((name) =>
    headersOf(request, name).map((value): SipHeader => [
      name,
      name === 'to' && tag !== '' && tagOf(value) === '' ? `${value};tag=${tag}` : value,
    ]),
  );
  return formatSip(start, [...copied, ...more], body);
}

/** `<sip:a@b>;x=y` → `sip:a@b`. */
export const uriOf = (value: string): string => /<([^>]+)>/.exec(value)?.[1] ?? value.split(';')[0]?.trim() ?? '';

export const tagOf = (value: string): string => /;tag=([^;\s]+)/.exec(value)?.[1] ?? '';

/** The user part of a SIP address; "" = none. */
export const userOf = (uri: string): string => decodeURIComponent(/^sips?:([^@;]+)@/.exec(uri)?.[1] ?? '');

export const reasons: Readonly<Record<number, string>> = {
  100: 'Trying',
  180: 'Ringing',
  183: 'Session Progress',
  200: 'OK',
  302: 'Moved Temporarily',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  407: 'Proxy Authentication Required',
  408: 'Request Timeout',
  423: 'Interval Too Brief',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  486: 'Busy Here',
  487: 'Request Terminated',
  488: 'Not Acceptable Here',
  491: 'Request Pending',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  600: 'Busy Everywhere',
  603: 'Decline',
};
