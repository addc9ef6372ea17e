import { Core } from 'sip.js';

/** Requests within a call, and questions. The first INVITE has an end of its own, REFER has its NOTIFY. */
const methods: readonly string[] = ['INVITE', 'INFO', 'OPTIONS', 'BYE', 'NOTIFY'];
const waiting: readonly string[] = [
  Core.TransactionState.Calling,
  Core.TransactionState.Trying,
  Core.TransactionState.Proceeding,
];

/**
 * The socket is gone, and with it the answer to whatever was sent over it: that is as good as a 503 (RFC 3261 §8.1.3.1).
 * sip.js would wait for 32 s, and hold up each later change of the call behind one that nobody will answer.
 */
export function failUnanswered(core: Core.UserAgentCore): void {
  for (const { message, transaction } of [...core.userAgentClients.values()]) {
    const first = message.method === 'INVITE' && !message.toTag;
    if (first || !methods.includes(message.method) || !waiting.includes(transaction.state)) continue;
    // Shut to strangers, but this is what its own transport would tell it.
    (transaction as unknown as { onTransportError(error: Error): void }).onTransportError(new Error('line lost'));
  }
}
