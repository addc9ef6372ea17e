import { sleep, type Clock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import type { AtSession } from '../at/at-session.ts';

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
 * Tries the make's ways to hang up one after the other. OK proves nothing (CVHU=1 makes ATH a no-op that says OK), an
 * error proves nothing either (the far side may have been faster): only +CLCC without the call does
 * (research/hardware 1.3, cases 21–24). @returns whether the call is gone
 */
export async function climbHangUpLadder(commands: readonly string[], rungs: Rungs): Promise<boolean> {
  for (const template of commands) {
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
