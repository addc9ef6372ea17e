import { describeError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Stamp } from '#shared/domain/call-channel.ts';
import { rebase, talkMs, type ClockReading } from '#shared/domain/call-machine.ts';
import type { EngineContext } from '#engine/context.ts';
import type { CallRow, OpenerFacts } from './call-row.ts';
import { storedQuality } from './call-view.ts';
import type { Lines } from './lines.ts';
import type { LiveCall, LiveCalls } from './live-calls.ts';
import type { RecordingPort } from './ports.ts';
import type { CallRepository } from './repository.ts';

interface RecoveryDeps {
  readonly context: EngineContext;
  readonly logger: Logger;
  readonly lines: Lines;
  readonly repository: CallRepository;
  readonly live: LiveCalls;
  readonly recording: RecordingPort;
}

/** A phone that does not say within this time what it carries is taken to carry nothing. */
export const adoptWithinMs = 15_000;

/**
 * Start-up after a crash: every open row is either taken over under its own id, because the channel still carries it, or
 * closed with its last proof of life as its end. Never rejects.
 */
export async function recoverCalls(deps: RecoveryDeps): Promise<void> {
  const { context, logger, lines, repository, live } = deps;
  const open = repository.open();
  if (open.length === 0) return;
  const now: ClockReading = { wall: context.clock.now(), mono: context.clock.mono() };
  // In place before the channel is asked: its events may come before its answer.
  for (const { row, call, proof, beside } of open)
    live.begin(row.id, rebase(call, proof, now), { alive: false, beside, quality: storedQuality(row) });
  const wanted = open.map(({ row }) => ({
    callId: row.id,
    channel: row.channel,
    direction: row.direction,
    dialString: row.dial_string,
    slot: row.slot,
  }));
  const adopted = new Set(await askChannel(context, logger, () => lines.adopt(wanted)));
  for (const { row, proof } of open) {
    const opener = brokenOpener(row, proof);
    const taken = live.get(row.id);
    if (taken && adopted.has(row.id)) takeOver(deps, taken, opener);
    else {
      if (opener) setOpener(deps, row, opener);
      live.apply(row.id, { type: 'closed-by-recovery' }, lastProof(proof, now)); // nothing, where its end came meanwhile
    }
  }
  logger.log('info', 'calls.recovered', { open: open.length, adopted: adopted.size });
}

function takeOver(deps: RecoveryDeps, taken: LiveCall, opener: OpenerFacts | null): void {
  const { context, lines, repository, live, recording } = deps;
  taken.alive = true;
  repository.adopted(taken.id, taken.call, live.stamp());
  const sound = lines.sound(taken.id);
  live.startRecording(taken, sound);
  live.openVoice(taken, sound);
  if (opener) {
    // Whoever opens the phone's port anew gives the line to the handset (devices/phone/sound-setup.ts).
    const atMs = talkMs(taken.call, context.clock.mono()) ?? 0;
    const failed = opener.state !== 'finished';
    setOpener(deps, taken, { ...opener, state: failed ? 'failed' : 'finished', cutInMs: atMs });
    recording.mark(taken.id, { kind: failed ? 'opener-end' : 'cut-in', atMs });
  }
  // The engine died in the middle of a hang-up, or the person asked for it while the channel was being asked.
  if (taken.call.state === 'ending') live.hangUp(taken);
  live.changed.emit(taken.id);
}

/** An opener that had the agent's microphone shut when the engine died, with what was heard up to the last proof of life. */
function brokenOpener(row: CallRow, proof: ClockReading): OpenerFacts | null {
  const { opener_id: openerId, opener_state: state, opener_started_at: startedAt } = row;
  if (openerId === null || row.cut_in_ms !== null || (state !== 'playing' && state !== 'finished')) return null;
  const durationMs = row.opener_duration_ms ?? 0;
  const heard = startedAt === null ? 0 : Math.min(durationMs, Math.max(0, proof.wall - startedAt));
  return {
    openerId,
    name: row.opener_name ?? '',
    text: row.opener_text ?? '',
    durationMs,
    startedAt,
    heardMs: state === 'finished' ? durationMs : heard,
    state,
    cutInMs: null,
  };
}

function setOpener({ repository, live }: RecoveryDeps, { id }: { readonly id: string }, opener: OpenerFacts): void {
  const state = live.get(id)?.call.state;
  if (state) repository.setOpener({ callId: id, event: 'opener-ended', state, stamp: live.stamp() }, opener);
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
