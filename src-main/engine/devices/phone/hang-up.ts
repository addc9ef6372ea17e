import { sleep, type Clock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import type { AtSession } from '../at/at-session.ts';
import type { LineCall } from './line-state.ts';

interface Rungs {
  readonly session: AtSession;
  readonly clock: Clock;
  /** The call's number in +CLCC, while known. */
  readonly index: () => number | null;
  /** A hang-up command was answered with OK. */
  readonly accepted: () => void;
  /** Looks at +CLCC. */
  readonly look: () => Promise<void>;
  /** The call is gone from +CLCC: the only success that counts. */
  readonly over: () => boolean;
}

const stepMs = 2_000;
const lookMs = 250;

/**
 * The commands that may end one call and leave the others alone. The make's own ways are for a call that is alone on its
 * modem; beside another one TS 22.030 §6.5.5.1 has the exact words: 1x releases call x, 0 refuses a waiting call or else
 * releases the held one, CHUP ends the active one and no held one (TS 27.007 §6.5).
 */
export function ladderFor(call: LineCall, calls: readonly LineCall[], alone: readonly string[]): readonly string[] {
  if (calls.length < 2) return alone;
  if (call.phase === 'waiting' || call.phase === 'incoming') return ['AT+CHLD=0', 'AT+CHLD=1{index}'];
  if (call.phase !== 'held') return ['AT+CHLD=1{index}', 'AT+CHUP'];
  const waits = calls.some((other) => other.phase === 'waiting');
  return waits ? ['AT+CHLD=1{index}'] : ['AT+CHLD=1{index}', 'AT+CHLD=0'];
}

/**
 * Tries the make's ways to hang up one after the other. OK proves nothing (CVHU=1 makes ATH a no-op that says OK), an
 * error proves nothing either (the far side may have been faster): only +CLCC without the call does
 * (research/hardware 1.3, cases 21–24). @returns whether the call is gone
 */
export async function climbHangUpLadder(commands: readonly string[], rungs: Rungs): Promise<boolean> {
  for (const template of commands) {
    if (rungs.over()) return true;
    // An index holds within one list only: a release elsewhere renumbers (research/hardware 1.5).
    if (template.includes('{index}')) await rungs.look();
    const text = fill(template, rungs.index());
    if (rungs.over()) return true;
    if (!text) continue;
    await step(text, rungs);
    const deadline = rungs.clock.mono() + stepMs;
    await rungs.look();
    while (!rungs.over() && rungs.clock.mono() < deadline) {
      await sleep(rungs.clock, lookMs);
      await rungs.look();
    }
  }
  return rungs.over();
}

async function step(text: string, rungs: Rungs): Promise<void> {
  try {
    await rungs.session.send({ text, priority: 'hang-up' });
    rungs.accepted();
  } catch (error) {
    const passable =
      error instanceof AppError && (error.code === 'phone.refused' || error.code === 'phone.not-answering');
    if (!passable) throw error;
  }
}

const fill = (template: string, index: number | null): string | null =>
  template.includes('{index}') && index === null ? null : template.replace('{index}', String(index ?? ''));
