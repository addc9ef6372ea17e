import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Stamp } from '#shared/domain/call-channel.ts';
import { rebase, type ClockReading } from '#shared/domain/call-machine.ts';
import type { EngineContext } from '#engine/context.ts';
import type { DeskPhone } from '#engine/devices/face.ts';
import type { LiveCalls } from './live-calls.ts';
import type { CallRepository } from './repository.ts';

interface RecoveryDeps {
  readonly context: EngineContext;
  readonly logger: Logger;
  readonly phone: DeskPhone;
  readonly repository: CallRepository;
  readonly live: LiveCalls;
}

/** A phone that does not say within this time what it carries is taken to carry nothing. */
export const adoptWithinMs = 15_000;

/**
 * Start-up after a crash: every open row is either taken over under its own id, because the channel still carries it, or
 * closed with its last proof of life as its end. Never rejects.
 */
export async function recoverCalls({ context, logger, phone, repository, live }: RecoveryDeps): Promise<void> {
  const open = repository.open();
  if (open.length === 0) return;
  const now: ClockReading = { wall: context.clock.now(), mono: context.clock.mono() };
  // In place before the channel is asked: its events may come before its answer.
  for (const { row, call, proof } of open) live.begin(row.id, rebase(call, proof, now), { alive: false });
  const wanted = open.map(({ row }) => ({ callId: row.id, dialString: row.dial_string, slot: row.slot }));
  const adopted = new Set(await askChannel(context, logger, () => phone.adopt(wanted)));
  for (const { row, proof } of open) {
    const taken = live.get(row.id);
    if (!taken) continue; // its end came as an event meanwhile
    if (adopted.has(row.id)) {
      taken.alive = true;
      repository.adopted(row.id, taken.call, live.stamp());
      live.startRecording(taken, phone.sound(row.id));
      live.changed.emit(row.id);
    } else live.apply(row.id, { type: 'closed-by-recovery' }, lastProof(proof, now));
  }
  logger.log('info', 'calls.recovered', { open: open.length, adopted: adopted.size });
}

/** The proof on this run's clock, moved as `rebase` moved the call: the difference of the two stays as it was measured. */
function lastProof(proof: ClockReading, now: ClockReading): Stamp {
  const mono = now.mono - Math.max(0, now.wall - proof.wall);
  return { wall: proof.wall, mono, source: 'assumed', precisionMs: 1000 };
}

function askChannel(
  { clock }: EngineContext,
  logger: Logger,
  ask: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const timer = clock.after(adoptWithinMs, () => {
      logger.log('warn', 'calls.adopt-timed-out', {});
      resolve([]);
    });
    const settle = (ids: readonly string[]): void => {
      timer.dispose();
      resolve(ids);
    };
    ask().then(settle, (error: unknown) => {
      logger.log('warn', 'calls.adopt-failed', { problem: describeError(error) });
      settle([]);
    });
  });
}
