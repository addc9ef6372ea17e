import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { silentLogger, type Logger } from '#shared/base/logger.ts';
import type { CallView } from '#shared/desk-contract/areas/calls.ts';
import { nodeClock } from '#simulator/node-clock.ts';
import type { CallRecord } from '#simulator/network/sim-call.ts';
import type { SimulatedPhone } from '#simulator/phone/phone.ts';
import { addOpener } from './add-opener.ts';
import { tone } from './tone-power.ts';
import { unchargedDials } from './charged-dials.ts';
import { until, type Client } from './desk.ts';
import { startEngineProcess, type EngineProcess } from './engine-process.ts';
import { toOfficeHours } from './office-clock.ts';
import { answering, countingVoice, openPtyPhone } from './pty-phone.ts';
import { keepsAll, missingFrames, recordingNames, survivingSound } from './recorded-frames.ts';
import { seededRandom } from './seeded-random.ts';
import { leaveSignedIn } from './signed-in.ts';

export interface KillOptions {
  readonly rounds: number;
  readonly seed: number;
  /** See engine-process.ts. */
  readonly built?: boolean;
  readonly logger?: Logger;
}

/** One text per finding; empty lists are what the product promises. */
export interface KillFindings {
  /** An acknowledged call, note or outcome that is not there, a call the phone saw without a row, times that are not true. */
  readonly rowsLost: string[];
  /** An answered call without its recording, or with more than its last second before the kill missing. */
  readonly recordingsLost: string[];
  /** A dial of which the desk's count of its card was not on disk before the call itself was. */
  readonly uncharged: string[];
  /** The database did not open, or is damaged. */
  readonly openFailures: string[];
  /** What the rounds were like, so that a run that killed nothing alive cannot pass for a proof. */
  readonly seen: { acknowledged: number; answered: number; adopted: number; endedMeanwhile: number };
}

/** A kill falls anywhere in here: before ATD, while it rings, in the opener, after the cut-in, after the far side's end. */
const killWithinMs = 1_800;
const frameMs = 20;
/** What the engine's death may cost of a recording. */
const lastSecondMs = 1_000;
/** An answer or an end that nobody watched is known as well as the engine's absence was long, plus one look at the list. */
const lookMs = 1_600;

interface Round {
  readonly number: string;
  readonly note: string;
  callId: string | null;
  noted: boolean;
  cutIn: boolean;
  killedAt: number;
  backAt: number;
  framesByKill: number;
  /** What is on disk of its recording when the engine is gone. */
  survived: Buffer | null;
}

/** kill -9 again and again while the phone, in this process, goes on with the call. */
export async function killRounds(options: KillOptions): Promise<KillFindings> {
  const dir = mkdtempSync(join(tmpdir(), 'jinhu-kill-'));
  const random = seededRandom(options.seed);
  const voices = new Map([
    ['count', countingVoice(60)],
    ['agent-talk', tone(500, 2)],
  ]);
  const { sim, ptys, connection } = await openPtyPhone({ voices, random });
  const folder = await leaveSignedIn(dir, connection);
  const rounds = new KillRounds(dir, folder, sim, random, options);
  try {
    await rounds.run(options.rounds);
    return rounds.findings;
  } finally {
    await rounds.stop();
    await ptys.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

class KillRounds {
  readonly findings: KillFindings = {
    rowsLost: [],
    recordingsLost: [],
    uncharged: [],
    openFailures: [],
    seen: { acknowledged: 0, answered: 0, adopted: 0, endedMeanwhile: 0 },
  };
  private readonly dir: string;
  private readonly folder: string;
  private readonly sim: SimulatedPhone;
  private readonly random: () => number;
  private readonly options: KillOptions;
  private readonly shift = toOfficeHours();
  /** From this process's monotonic time to the engine's wall clock. */
  private readonly toWall = Date.now() + this.shift - nodeClock.mono();
  private readonly calls = new Map<string, CallRecord>();
  private engine: EngineProcess;

  constructor(dir: string, folder: string, sim: SimulatedPhone, random: () => number, options: KillOptions) {
    this.dir = dir;
    this.folder = folder;
    this.sim = sim;
    this.random = random;
    this.options = options;
    sim.onCall((call) => this.calls.set(call.number, { ...call, startedAt: call.startedAt }));
    this.engine = this.start();
  }

  async run(rounds: number): Promise<void> {
    await addOpener(this.engine.client, tone(1000, 2));
    for (let n = 0; n < rounds; n += 1) {
      await this.ready();
      const round = await this.callAndKill(n);
      if (!(await this.comeBack(round, n))) continue;
      await this.judge(round, `round ${n} (seed ${this.options.seed}, ${round.number})`);
    }
  }

  stop(): Promise<void> {
    return this.engine.kill();
  }

  private get recordings(): string {
    return join(this.folder, 'recordings');
  }

  private start(): EngineProcess {
    return startEngineProcess(this.dir, this.shift, this.options.built);
  }

  private ready(): Promise<unknown> {
    return until(this.engine.client, 'phone.state', null, ({ slots }) => slots[0]?.condition === 'ready');
  }

  /** A call that is killed at a random moment of its life; every promise of the engine before that is noted. */
  private async callAndKill(n: number): Promise<Round> {
    const { client } = this.engine;
    const number = `154${String(n + 1).padStart(8, '0')}`;
    const shortCall = this.random() < 0.2 ? 200 + this.random() * 1_500 : null;
    this.sim.farParty(number).behaviour = answering(20 + this.random() * 200, 'count', shortCall);
    const round: Round = {
      number, note: `note ${n}`, callId: null, noted: false, cutIn: this.random() < 0.5,
      killedAt: 0, backAt: 0, framesByKill: 0, survived: null,
    }; // prettier-ignore
    const known = new Set(recordingNames(this.recordings));
    const killAfter = this.random() * killWithinMs;
    const acting = this.act(client, round);
    await new Promise((resolve) => setTimeout(resolve, killAfter));
    round.killedAt = nodeClock.mono();
    const { frameTimes } = this.sim.farParty(number).heard;
    round.framesByKill = frameTimes.filter((at) => at <= round.killedAt).length;
    await this.engine.kill();
    for (const dial of unchargedDials(this.dir, this.folder)) this.findings.uncharged.push(`round ${n}: ${dial}`);
    round.survived = survivingSound(this.recordings, known);
    await acting;
    return round;
  }

  /** What an agent does, until the engine is gone. */
  private async act(client: Client, round: Round): Promise<void> {
    const dialled = await client.attempt('calls.dial', {
      number: round.number,
      leadId: null,
      channel: null,
      slot: null,
    });
    if (!dialled.ok) return;
    const { callId } = dialled.value;
    round.callId = callId;
    round.noted = (await client.attempt('calls.setNote', { callId, note: round.note })).ok;
    if (!round.cutIn) return;
    // Ends with the client.
    client.listen('calls.current', null, ({ call }) => {
      if (call?.id === callId && call.opener?.state === 'playing' && call.opener.heardMs > 100)
        void client.attempt('calls.cutIn', { callId });
    });
  }

  /** @returns false when there is nothing to judge because the engine did not come back */
  private async comeBack(round: Round, n: number): Promise<boolean> {
    this.engine = this.start();
    try {
      await until(this.engine.client, 'session.state', null, ({ phase }) => phase === 'signed-in', 30_000);
      round.backAt = nodeClock.mono();
      const check = new BetterSqlite(join(this.folder, 'desk.db'), { readonly: true });
      const finding = String(check.pragma('integrity_check', { simple: true }));
      check.close();
      if (finding !== 'ok') this.findings.openFailures.push(`round ${n}: ${finding}`);
      return true;
    } catch (error) {
      this.findings.openFailures.push(`round ${n}: ${String(error)}`);
      await this.engine.kill();
      this.engine = this.start();
      return false;
    }
  }

  private async judge(round: Round, name: string): Promise<void> {
    const { client } = this.engine;
    const { seen, rowsLost } = this.findings;
    const lost = (what: string): void => void rowsLost.push(`${name}: ${what}`);
    if (round.callId) seen.acknowledged += 1;
    const query = { search: round.number, employeeId: null, from: null, to: null, result: null, outcome: null };
    const { rows } = await client.call('calls.list', { query, offset: 0, limit: 10 });
    const [row] = rows;
    if (rows.length > 1) lost(`${rows.length} rows`);
    if (!row) {
      if (round.callId) lost('acknowledged, but there is no row');
      else if (this.calls.has(round.number)) lost('the phone was dialled, but there is no row');
      return;
    }
    if (round.callId && row.id !== round.callId) lost('the row has another id');
    if (round.noted && row.note !== round.note) lost(`the note is "${row.note}"`);
    if (row.state === 'ended') seen.endedMeanwhile += 1;
    else seen.adopted += 1;
    const ended = await this.end(row);
    this.judgeTimes(ended, round, lost);
    this.judgeRecording(ended, round, name);
  }

  /** Whatever still runs is hung up, as the agent of an adopted call would do; the recording is sealed then. */
  private async end(row: CallView): Promise<CallView> {
    const { client } = this.engine;
    if (row.state !== 'ended') await client.attempt('calls.hangUp', { callId: row.id });
    // A call that nobody here knows of any more must not be on the line either.
    const deadline = nodeClock.mono() + 30_000;
    for (;;) {
      const call = await client.call('calls.get', { id: row.id });
      if (call.state === 'ended' && call.recording?.state !== 'recording') return call;
      if (nodeClock.mono() > deadline) {
        this.findings.rowsLost.push(`${row.number}: never closed, ${call.state} ${String(call.recording?.state)}`);
        return call;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private judgeTimes(row: CallView, { killedAt, backAt, number }: Round, lost: (what: string) => void): void {
    const real = this.calls.get(number);
    const away = backAt - killedAt + lookMs;
    const near = (what: string, ours: number | null, theirs: number | null | undefined): void => {
      if (ours === null || theirs === null || theirs === undefined) return;
      const off = Math.round(ours - (theirs + this.toWall));
      if (Math.abs(off) > away) lost(`${what} is ${off} ms off`);
    };
    near('the start', row.startedAt, real?.startedAt);
    near('the answer', row.answeredAt, real?.answeredAt);
    near('the end', row.endedAt, real?.endedAt);
    if (row.endedAt === null) lost('it has no end');
    if (row.answeredAt !== null && !real?.answeredAt) lost('it says answered, and nobody did');
    if (row.answeredAt === null && real?.answeredAt && killedAt - real.answeredAt > lookMs)
      lost('its answer is missing');
  }

  /** What a kill costs is what was not on disk then; what was must be in the recording that the next run finishes. */
  private judgeRecording(row: CallView, round: Round, name: string): void {
    const lost = (what: string): void => void this.findings.recordingsLost.push(`${name}: ${what}`);
    if (!this.calls.get(round.number)?.answeredAt) return;
    this.findings.seen.answered += 1;
    const { survived, framesByKill } = round;
    const missing = missingFrames(survived ?? Buffer.alloc(0), framesByKill);
    (this.options.logger ?? silentLogger).log('info', 'kill.recording', { frames: framesByKill, ...missing, name });
    if ((missing.first + missing.inside + missing.last) * frameMs > lastSecondMs)
      lost(`of ${framesByKill} frames ${JSON.stringify(missing)}`);
    const { recording } = row;
    // A call whose answer lies in the lost second may have ended before anybody could record it.
    if (!survived && (!recording || recording.state === 'lost') && framesByKill * frameMs <= lastSecondMs) return;
    const path = join(this.recordings, `${recording?.recordingId ?? 'none'}.wav`);
    if (recording?.state !== 'sealed' || !existsSync(path))
      return lost(`its recording is ${recording?.state ?? 'not there'}`);
    if (survived && !keepsAll(path, survived)) lost('the finished recording lacks what had survived');
  }
}
