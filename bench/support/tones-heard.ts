import { loudnessOf, tonePower } from '#tests/support/tone-power.ts';

const frameSamples = 160;
const frameMs = 20;
/** Root mean square; line noise is far below, a voice far above. */
const silentBelow = 300;

export interface AfterCutIn {
  /** ms of opener before the command; nothing is proven of a cut-in where there was none. */
  readonly openerMs: number;
  /** Who is heard last is the agent. */
  readonly agentHeard: boolean;
  /** ms of opener that the customer still heard. */
  readonly leftoverMs: number;
  /** The longest time without any sound. */
  readonly silenceMs: number;
}

/**
 * What reached the customer's ear in the frames that were delivered after `at`.
 * @param openerHz, agentHz the two pure tones of this bench
 */
export function afterCutIn(
  { samples, frameTimes }: { samples: Int16Array; frameTimes: readonly number[] },
  at: number,
  openerHz: number,
  agentHz: number,
): AfterCutIn {
  const kindOf = (frame: Int16Array): 'opener' | 'agent' | 'silence' =>
    loudnessOf(frame) < silentBelow
      ? 'silence'
      : tonePower(frame, openerHz) > tonePower(frame, agentHz)
        ? 'opener'
        : 'agent';
  const kinds = frameTimes.map((_, index) =>
    kindOf(samples.subarray(index * frameSamples, (index + 1) * frameSamples)),
  );
  const first = frameTimes.findIndex((time) => time > at);
  const before = kinds.slice(0, first).filter((kind) => kind === 'opener').length;
  const after = kinds.slice(first);
  const pauses = after.join(' ').match(/silence( silence)*/g) ?? [];
  return {
    openerMs: before * frameMs,
    agentHeard: first >= 0 && after.findLast((kind) => kind !== 'silence') === 'agent',
    leftoverMs: after.filter((kind) => kind === 'opener').length * frameMs,
    silenceMs: Math.max(0, ...pauses.map((one) => one.split(' ').length)) * frameMs,
  };
}
