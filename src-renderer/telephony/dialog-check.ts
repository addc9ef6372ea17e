import type { Core, Session } from 'sip.js';

/**
 * Whether the other side still has this call is asked by an OPTIONS within it (RFC 3261 §11).
 * @param gone it says that it has not. No answer says nothing: gateways leave out what they do not know, the line may be
 * lost again, and a call that is dead is silent.
 */
export function askWhetherThere({ dialog, userAgent }: Session, gone: () => void): void {
  if (!dialog) return;
  // A PBX that has seen the old socket go learns from the Contact where this call is to be reached now (RFC 3261 §12.2).
  const message = (dialog as unknown as Core.Dialog).createOutgoingRequestMessage('OPTIONS', {
    extraHeaders: [`Contact: ${userAgent.contact}`],
  });
  userAgent.userAgentCore.request(message, {
    onReject: ({ message: { statusCode } }) => {
      if (statusCode === 481) gone();
    },
  });
}
