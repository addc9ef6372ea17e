import type { CallView, RecordingReceipt } from '#shared/desk-contract/areas/calls.ts';
import { readNumber } from '#shared/domain/phone-number.ts';

/** i18n key of the state line: 拨号中 → 振铃 → 通话中 → 已挂断 with the reason in words (product.md P1.7). */
export function stateKey(
  call: Pick<CallView, 'state' | 'endCause' | 'answeredAt' | 'direction'> & Partial<Pick<CallView, 'transferred'>>,
): string {
  if (call.state !== 'ended') return `calls.state.${call.state}`;
  if (call.transferred) return `calls.ended.${call.transferred.role === 'sent' ? 'transferred' : 'put-through'}`;
  // Of a call that came in and was not taken only that counts, whoever gave up first.
  if (call.direction === 'inbound' && call.answeredAt === null) {
    if (call.endCause === 'taken-elsewhere' || call.endCause === 'agent-away') return `calls.ended.${call.endCause}`;
    return call.endCause === 'local-hang-up' ? 'calls.ended.declined' : 'calls.ended.missed';
  }
  // 已取消 and 我方挂断 are one cause to the machine, but not to a person.
  if (call.endCause === 'local-hang-up' && call.answeredAt === null) return 'calls.ended.cancelled';
  if (call.endCause === 'network-failure' && call.answeredAt !== null) return 'calls.ended.network-lost';
  return call.endCause === null ? 'calls.state.ended' : `calls.ended.${call.endCause}`;
}

/** i18n key for somebody of whom only the number is known: a stranger, or an extension of the company's own. */
export const whoKey = ({ channel, number }: Pick<CallView, 'channel' | 'number'>): string =>
  channel === 'sip' && /^\d{2,6}$/.test(number) && !readNumber(number).ok ? 'calls.extension' : 'calls.unknownCustomer';

export type Tone = 'idle' | 'live' | 'ok' | 'warn' | 'bad';

/** Colour beside the words, never instead of them. */
export function stateTone(call: Pick<CallView, 'state' | 'endCause' | 'answeredAt'>): Tone {
  if (call.state === 'active') return 'live';
  if (call.state === 'held') return 'warn';
  if (call.state !== 'ended') return 'idle';
  const broken = ['device-lost', 'device-reset', 'refused-by-device', 'network-failure', 'engine-crash'];
  if (call.endCause !== null && broken.includes(call.endCause)) return 'bad';
  return call.answeredAt === null ? 'warn' : 'ok';
}

export interface ReceiptBadge {
  readonly key: string;
  readonly tone: 'ok' | 'bad' | 'neutral';
}

/**
 * The recording's receipt as small badges (product.md P3.3): one for where it is, one red for each check that failed.
 * A check that is not known yet says nothing.
 */
export function receiptBadges(receipt: RecordingReceipt): ReceiptBadge[] {
  const bad = receipt.state === 'damaged' || receipt.state === 'lost';
  const badges: ReceiptBadge[] = [
    {
      key: `calls.receipt.state.${receipt.state}`,
      tone: bad ? 'bad' : receipt.state === 'sealed' || receipt.state === 'uploaded' ? 'ok' : 'neutral',
    },
  ];
  const checks = ['fileExists', 'lengthMatches', 'customerHeard', 'agentHeard'] as const;
  for (const check of checks) {
    if (receipt[check] === false) badges.push({ key: `calls.receipt.failed.${check}`, tone: 'bad' });
  }
  return badges;
}

/**
 * Whether 切入 is offered: once per call, while the agent's microphone is shut. That is while the opener plays, and after
 * its end too, where the rule is to keep listening; nobody would hear the agent otherwise.
 */
export const canStillCutIn = (call: Pick<CallView, 'state' | 'opener' | 'cutInMs'>): boolean =>
  call.state === 'active' &&
  call.cutInMs === null &&
  (call.opener?.state === 'playing' || call.opener?.state === 'finished');

/** Whether what the microphone hears is meant to reach the customer just now. */
export const hearsAgent = (call: Pick<CallView, 'state' | 'opener' | 'cutInMs' | 'muted'>): boolean =>
  call.state === 'active' && !call.muted && !canStillCutIn(call) && call.opener?.state !== 'waiting';
