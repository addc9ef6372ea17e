import type { SipAccount } from '#shared/domain/sip-account.ts';
import { readSipServer } from '#shared/domain/sip-address.ts';

export const parseUrl = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

/**
 * A server's address as people type it: the scheme may be left out, and is `wss:` then.
 * @throws AppError `sip.server-invalid`
 */
export const sipServer = (typed: string): { readonly server: string; readonly url: URL } =>
  readSipServer(typed, parseUrl);

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
