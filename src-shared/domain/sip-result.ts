import type { EndCause } from './vocabulary.ts';

/** Q.850 causes that say more than the SIP status that a gateway makes of them (RFC 3398 §7.2.4.1, RFC 3326). */
const byQ850: ReadonlyMap<number, EndCause> = new Map<number, EndCause>([
  [1, 'unreachable'], // unallocated number: 空号
  [3, 'network-failure'],
  [16, 'remote-hang-up'],
  [17, 'busy'],
  [18, 'no-answer'],
  [19, 'no-answer'],
  [20, 'unreachable'], // subscriber absent: 关机
  [21, 'rejected'],
  [22, 'unreachable'], // number changed
  [27, 'unreachable'], // destination out of order
  [28, 'unreachable'], // invalid number format
  [31, 'remote-hang-up'],
  [34, 'network-failure'],
  [38, 'network-failure'],
  [41, 'network-failure'],
  [42, 'network-failure'],
]);

const byStatus: ReadonlyMap<number, EndCause> = new Map<number, EndCause>([
  [404, 'unreachable'],
  [408, 'no-answer'],
  [410, 'unreachable'],
  [480, 'unreachable'],
  [484, 'unreachable'],
  [486, 'busy'],
  [487, 'no-answer'],
  [600, 'busy'],
  [603, 'rejected'],
  [604, 'unreachable'],
]);

/**
 * Why a call was not answered, by the final response to its INVITE.
 * @param status SIP status, RFC 3261 §21
 * @param q850 cause of its Reason header; null = it has none
 */
export function endCauseOfSip(status: number, q850: number | null): EndCause {
  const told = q850 === null ? undefined : byQ850.get(q850);
  return told ?? byStatus.get(status) ?? 'network-failure';
}
