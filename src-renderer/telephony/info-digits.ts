import type { Session } from 'sip.js';
import { sleep, type Clock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';

/** As long as a press in the sound's stream, so that gateways which play it have time for it. */
const pressMs = 100;
const gapMs = 70;

/**
 * Key presses as messages, for PBXs and gateways that take them no other way: one INFO with `application/dtmf-relay` per
 * press, the next one when the last was taken. (No RFC has it; Cisco's form is what everybody reads.)
 * @throws AppError `call.dtmf-refused`
 */
export async function sendInfoDigits(session: Session, digits: string, clock: Clock): Promise<void> {
  for (const digit of digits) {
    const pressed = sleep(clock, pressMs + gapMs);
    await sendInfo(session, `Signal=${digit}\r\nDuration=${pressMs}\r\n`);
    await pressed;
  }
}

function sendInfo(session: Session, content: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (): void => reject(new AppError('call.dtmf-refused'));
    session
      .info({
        requestDelegate: { onAccept: () => resolve(), onRedirect: refused, onReject: refused },
        requestOptions: {
          body: { contentDisposition: 'render', contentType: 'application/dtmf-relay', content },
        },
      })
      .catch(() => reject(new AppError('call.not-connected')));
  });
}
