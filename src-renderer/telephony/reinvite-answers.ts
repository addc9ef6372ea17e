import type { Core } from 'sip.js';

/** Our 200 to each re-INVITE of the other side says more than sip.js would. @param more headers for the answer to that */
export function answerReinvitesWith(
  dialog: Core.Session,
  more: (request: Core.IncomingRequestMessage) => string[],
): void {
  const { delegate } = dialog;
  dialog.delegate = {
    ...delegate,
    onInvite: (request) => {
      const accept = request.accept.bind(request);
      request.accept = (options) =>
        accept({
          statusCode: 200,
          ...options,
          extraHeaders: [...(options?.extraHeaders ?? []), ...more(request.message)],
        });
      delegate?.onInvite?.(request);
    },
  };
}
