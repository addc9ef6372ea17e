import { AppError } from '../base/errors.ts';

const domainShape = /^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?$/i;

/** What a parser of URLs (WHATWG URL) says of an address; this root has none of its own. */
export interface ParsedUrl {
  readonly protocol: string;
  readonly hostname: string;
  readonly username: string;
  readonly hash: string;
}
/** Null = no URL at all. */
export type ParseUrl<U extends ParsedUrl = ParsedUrl> = (text: string) => U | null;

/**
 * A server's address as people type it: the scheme may be left out, and is `wss:` then.
 * @throws AppError `sip.server-invalid`
 */
export function readSipServer<U extends ParsedUrl>(
  typed: string,
  parse: ParseUrl<U>,
): { readonly server: string; readonly url: U } {
  const text = typed.trim();
  const server = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `wss://${text}`;
  const url = parse(server);
  const isSocket = url?.protocol === 'ws:' || url?.protocol === 'wss:';
  // A browser opens no WebSocket with a fragment, and passes a name in front of the host on to nobody.
  if (text === '' || !url || !isSocket || url.hostname === '' || url.hash !== '' || url.username !== '')
    throw new AppError('sip.server-invalid');
  return { server, url };
}

/** A host, as an address of SIP has it (RFC 3261 §25.1). @throws AppError `sip.domain-invalid` */
export function readSipDomain(typed: string, { hostname }: ParsedUrl): string {
  const domain = typed.trim() || hostname;
  if (!domainShape.test(domain)) throw new AppError('sip.domain-invalid');
  return domain;
}

/** With `turn` the transport may be named (RFC 7065); `stun` takes nothing behind the port (RFC 7064). */
const iceShapes = {
  stun: /^(?:(stuns?):)?([^?]*)$/i,
  turn: /^(?:(turns?):)?([^?]*)(\?transport=(?:udp|tcp))?$/i,
} as const;

/**
 * A STUN or TURN server's address as people type it: the scheme may be left out, and a browser takes the outcome.
 * @throws AppError `sip.stun-invalid`, `sip.turn-invalid`
 */
export function readIceServer(typed: string, kind: 'stun' | 'turn'): string {
  const text = typed.trim();
  const [, scheme = kind, at = '', transport = ''] = iceShapes[kind].exec(text) ?? [];
  const port = Number(/:(\d+)$/.exec(at)?.[1] ?? 1);
  if (!domainShape.test(at) || port < 1 || port > 65_535) throw new AppError(`sip.${kind}-invalid`, { server: text });
  return `${scheme.toLowerCase()}:${at}${transport.toLowerCase()}`;
}
