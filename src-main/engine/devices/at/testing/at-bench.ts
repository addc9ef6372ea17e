import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { ScriptedModem } from '#tests/support/scripted-modem.ts';
import { AtSession } from '../at-session.ts';
import type { Urc } from '../urc-router.ts';

/** A session on a modem of which the test writes down every answer, with what that said unasked. */
export function atBench(): { clock: ManualClock; modem: ScriptedModem; session: AtSession; urcs: Urc[] } {
  const clock = new ManualClock();
  const modem = new ScriptedModem();
  const session = new AtSession({ transport: modem, clock, logger: silentLogger, minGapMs: 0 });
  const urcs: Urc[] = [];
  session.onUrc((urc) => urcs.push(urc));
  return { clock, modem, session, urcs };
}
