import { sleep } from '#shared/base/clock.ts';
import { AppError, describeError } from '#shared/base/errors.ts';
import type { EngineContext } from '../../context.ts';
import type { CallRow } from '../at/answers.ts';
import { isUnderWay, voiceCalls } from './call-rows.ts';
import { climbHangUpLadder } from './hang-up.ts';
import type { LiveModem } from './live-modem.ts';
import type { Modem } from './modem.ts';

const adoptLookMs = 50;

const look = async ({ session, identity }: LiveModem): Promise<readonly CallRow[] | null> =>
  voiceCalls(
    await session.send({ text: 'AT+CLCC', prefix: '+CLCC', priority: 'call' }),
    identity.profile.clccVoiceModes,
  );

/**
 * The voice calls that a modem carries, after waiting for it to be ready; none when it does not get so far.
 * @param deadline on the monotonic clock
 */
export async function callsCarriedBy(
  modem: Modem,
  context: EngineContext,
  deadline: number,
): Promise<readonly CallRow[]> {
  while (!modem.live && !modem.disposed && context.clock.mono() < deadline) await sleep(context.clock, adoptLookMs);
  if (!modem.live) return [];
  try {
    return (await look(modem.live)) ?? [];
  } catch (error) {
    context.logger.log('warn', 'adopt-failed', { reason: describeError(error) });
    return [];
  }
}

/** The agent wants a new call: what an earlier run of this program left on the line goes first. */
export async function clearLeftover(modem: Modem, live: LiveModem, context: EngineContext): Promise<void> {
  let rows: readonly CallRow[] = [];
  let gone = false;
  const lookAgain = async (): Promise<void> => {
    const now = (await look(live))?.filter(isUnderWay) ?? null;
    rows = now ?? rows;
    gone = now?.length === 0;
  };
  await lookAgain();
  const cleared =
    gone ||
    (await climbHangUpLadder(live.identity.profile.hangUp, {
      session: live.session,
      clock: context.clock,
      index: () => rows[0]?.index ?? null,
      accepted: () => undefined,
      look: lookAgain,
      over: () => gone,
    }));
  if (!cleared) throw new AppError('call.busy');
  modem.leftover = false;
  context.logger.log('warn', 'leftover-call-ended');
}
