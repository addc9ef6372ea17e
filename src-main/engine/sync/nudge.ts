import { streamBeatMs } from '#shared/cloud-contract/contract.ts';
import type { Clock } from '#shared/base/clock.ts';
import { disposable, type Disposable } from '#shared/base/dispose.ts';
import { describeError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { backoff } from './backoff.ts';
import type { CloudApi } from './ports.ts';

/** The cloud's word that there is something new, over a stream that stays open. Who has it may ask less often by themselves. */
export interface Nudge extends Disposable {
  /** The stream is open, and the cloud has been heard on it. */
  readonly standing: boolean;
  /** The cloud answers: opens the stream where there is none, at once or when its time has come. */
  ready(): void;
  /** Gives up a stream that may be dead without knowing (the PC slept, the network is another one). `ready` opens it anew. */
  drop(): void;
}

export interface NudgeDeps {
  readonly api: Pick<CloudApi, 'watch'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1). */
  readonly random: () => number;
  /** The company's counter stands at `seq`. `first`: of a stream that was just opened; then it may also have gone back. */
  readonly onSeq: (seq: number, first: boolean) => void;
  /** A stream that stood is gone: from now on nothing is told. */
  readonly onLost: () => void;
}

/** Two beats that stay away, and what a beat may be late. */
const silenceMs = 2 * streamBeatMs + 5000;
/** A stream that is gone sooner than this has not been a good one: the next waits longer. */
const goodMs = 60_000;

export function createNudge({ api, clock, logger, random, onSeq, onLost }: NudgeDeps): Nudge {
  let line: AbortController | null = null;
  let timer: Disposable = disposable(() => undefined);
  let waiting = false;
  let standing = false;
  let failures = 0;
  let notBefore = 0;

  function open(): void {
    waiting = false;
    line = new AbortController();
    void hold(line);
  }

  async function hold(mine: AbortController): Promise<void> {
    const opened = clock.mono();
    let silence: Disposable = disposable(() => undefined);
    let giveUp: (end: End) => void = () => undefined;
    /** Does not lean on the connection to notice that it was given up: it may be as dead as it seems. */
    const silent = new Promise<End>((resolve) => (giveUp = resolve));
    const heard = (): void => {
      silence.dispose();
      silence = clock.after(silenceMs, () => {
        giveUp({ reason: 'silence' });
        mine.abort();
      });
    };
    let first = true;
    const onChanged = (seq: number): void => {
      if (line !== mine) return;
      heard();
      standing = true;
      onSeq(seq, first);
      first = false;
    };
    heard();
    const end = await Promise.race([watchOnce(mine.signal, onChanged, heard), silent]);
    silence.dispose();
    if (line !== mine) return; // given up for another one, or for good
    line = null;
    const stood = standing;
    standing = false;
    const good = clock.mono() - opened >= goodMs;
    // Its access token was too old, nothing else: the client brings another one.
    if (good && end.reason === 'token') return open();
    failures = good ? 1 : failures + 1;
    notBefore = clock.mono() + (end.retryAfterMs ?? backoff(end.unknown ? mostFailures : failures, random));
    logger.log('debug', 'nudge.lost', { ...end, failures });
    if (stood) onLost();
  }

  async function watchOnce(signal: AbortSignal, onChanged: (seq: number) => void, onBeat: () => void): Promise<End> {
    try {
      return { reason: (await api.watch?.({ onChanged, onBeat }, signal)) ?? 'cut' };
    } catch (thrown) {
      const { code, details } = toAppError(thrown);
      const { retryAfterMs } = details;
      return {
        reason: describeError(thrown),
        // A cloud of before has no such route.
        unknown: code === 'not-found',
        ...(typeof retryAfterMs === 'number' ? { retryAfterMs } : {}),
      };
    }
  }

  function drop(): void {
    const before = line;
    line = null;
    standing = false;
    waiting = false;
    failures = 0;
    notBefore = 0;
    timer.dispose();
    before?.abort();
  }

  return {
    get standing() {
      return standing;
    },
    ready() {
      if (line || waiting || !api.watch) return;
      waiting = true;
      timer = clock.after(Math.max(0, notBefore - clock.mono()), open);
    },
    drop,
    dispose: drop,
  };
}

interface End {
  readonly reason: string;
  readonly unknown?: boolean;
  readonly retryAfterMs?: number;
}

/** Of the longest pauses there are. */
const mostFailures = 20;
