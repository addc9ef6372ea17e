import { AppError } from '#shared/base/errors.ts';
import type { SipAccount } from '#shared/domain/sip-account.ts';

const domainShape = /^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?$/i;

/**
 * A server's address as people type it: the scheme may be left out, and is `wss:` then.
 * @throws AppError `sip.server-invalid`
 */
export function sipServer(typed: string): { readonly server: string; readonly url: URL } {
  const text = typed.trim();
  const server = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `wss://${text}`;
  const url = URL.canParse(server) ? new URL(server) : null;
  const isSocket = url?.protocol === 'ws:' || url?.protocol === 'wss:';
  // A browser opens no WebSocket with a fragment, and passes a name in front of the host on to nobody.
  if (text === '' || !url || !isSocket || url.hostname === '' || url.hash !== '' || url.username !== '')
    throw new AppError('sip.server-invalid');
  return { server, url };
}

/** A host, as an address of SIP has it (RFC 3261 §25.1). @throws AppError `sip.domain-invalid` */
export function sipDomain(typed: string, url: URL): string {
  const domain = typed.trim() || url.hostname;
  if (!domainShape.test(domain)) throw new AppError('sip.domain-invalid');
  return domain;
}

/** Without the brackets of IPv6, as sockets want it. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

export const portOf = ({ port, protocol }: URL): number =>
  port === '' ? (protocol === 'wss:' ? 443 : 80) : Number(port);

/**
 * By what PBX an account calls: accounts for which it says the same are at one, which knows the calls of both, so that each
 * may take the other's place (Replaces, RFC 3891 §3). One server by two names, or by two ports, is taken for two: nothing
 * tells that it is one. @param server as `sipServer` says it
 */
export function pbxOf({ server, domain }: Pick<SipAccount, 'server' | 'domain'>): string {
  // ws and wss at their own ports are two doors of one server.
  const { host, pathname } = new URL(server);
  return `${domain.toLowerCase()} ${host}${pathname}`;
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
export function iceServer(typed: string, kind: 'stun' | 'turn'): string {
  const text = typed.trim();
  const [, scheme = kind, at = '', transport = ''] = iceShapes[kind].exec(text) ?? [];
  const port = Number(/:(\d+)$/.exec(at)?.[1] ?? 1);
  if (!domainShape.test(at) || port < 1 || port > 65_535) throw new AppError(`sip.${kind}-invalid`, { server: text });
  return `${scheme.toLowerCase()}:${at}${transport.toLowerCase()}`;
}
