import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { silentLogger } from '#shared/base/logger.ts';
import type { QueueState } from '#shared/desk-contract/areas/dial-queue.ts';
import { migrations } from '#engine/database/migrations/index.ts';
import { openDatabase } from '#engine/database/open-database.ts';
import { putLead } from '#engine/features/leads/repository.ts';
import { sampleLead } from '#engine/testing/sample-leads.ts';
import { talkative, type Behaviour } from '#simulator/network/behaviours.ts';
import type { SimulatedPhone } from '#simulator/phone/phone.ts';
import { until, type Client } from './desk.ts';
import { startEngineProcess, type EngineProcess } from './engine-process.ts';
import { toOfficeHours } from './office-clock.ts';
import { answering, openPtyPhone } from './pty-phone.ts';
import { seededRandom } from './seeded-random.ts';
import { leaveSignedIn } from './signed-in.ts';

export interface QueueKillOptions {
  readonly rounds: number;
  readonly seed: number;
  /** See engine-process.ts. */
  readonly built?: boolean;
}

/** One text per finding, by what the phone was asked to dial; empty lists are what the product promises. */
export interface QueueKillFindings {
  /** A number that was dialled again although each may be tried once. */
  readonly twice: string[];
  /** A number that a queue that is through has never dialled, or dialled out of its order. */
  readonly skipped: string[];
  /** Dialled between a start and the person's 继续. */
  readonly unasked: string[];
  /** What the rounds were like, so that a run that killed nothing that mattered cannot pass for a proof. */
  readonly seen: {
    queues: number;
    dials: number;
    /** Kills in the middle of a try, by what the next start found of its call. */
    goesOn: number;
    over: number;
    notSent: number;
  };
}

/** Long enough for several entries, short enough that each start meets a queue that is not through. */
const queueLength = 10;
const killWithinMs = 1_500;
/** The engine's wall clock is ahead by so much more in each run: no card dials more in an hour than it may. */
const aheadMs = 90_000;

/** Somebody who is busy, somebody who lets it ring, a short talk, and one that outlives a kill. */
const people: readonly Behaviour[] = [
  answering(60, 'quiet', 120),
  { ...answering(0, 'quiet'), alertAfterMs: null, answerAfterMs: null, releaseAfterMs: 60, cause: 17 },
  answering(120, 'quiet', 2_500),
  { ...answering(60, 'quiet'), answerAfterMs: null, releaseAfterMs: 400, cause: 19 },
];

/** kill -9 again and again during 批量外呼, while the phone, in this process, keeps its own account of what it dials. */
export async function queueKillRounds(options: QueueKillOptions): Promise<QueueKillFindings> {
  const dir = mkdtempSync(join(tmpdir(), 'jinhu-queue-'));
  const asked: string[] = [];
  let heard = '';
  const onAt = (bytes: Uint8Array): void => {
    const parts = (heard + Buffer.from(bytes).toString('latin1')).split('\r');
    heard = parts.pop() ?? '';
    for (const part of parts) asked.push(...(/ATD(\d+)/.exec(part)?.slice(1) ?? []));
  };
  const random = seededRandom(options.seed);
  const { sim, ptys, connection } = await openPtyPhone(
    { voices: new Map([['quiet', new Int16Array(8000)]]), random },
    { onAt },
  );
  const folder = await leaveSignedIn(dir, connection);
  const rounds = new QueueRounds(dir, folder, sim, asked, random, options);
  try {
    await rounds.run(options.rounds);
    return rounds.findings();
  } finally {
    await rounds.stop();
    await ptys.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

class QueueRounds {
  private readonly twice: string[] = [];
  private readonly skipped: string[] = [];
  private readonly unasked: string[] = [];
  private queues = 0;
  private readonly dir: string;
  private readonly folder: string;
  private readonly sim: SimulatedPhone;
  /** Every number that has come through the phone's port, in order. */
  private readonly asked: readonly string[];
  private readonly random: () => number;
  private readonly options: QueueKillOptions;
  private engine: EngineProcess;
  private shift = toOfficeHours();
  /** Of the queue that is worked on: its first lead, and how much the phone had been asked before it. */
  private first = 0;
  private before = 0;

  constructor(
    dir: string,
    folder: string,
    sim: SimulatedPhone,
    asked: readonly string[],
    random: () => number,
    options: QueueKillOptions,
  ) {
    this.dir = dir;
    this.folder = folder;
    this.sim = sim;
    this.asked = asked;
    this.random = random;
    this.options = options;
    // A queue takes two rounds at least, and one is begun behind the last.
    this.putLeads(folder, (Math.ceil(options.rounds / 2) + 2) * queueLength);
    this.engine = this.start();
  }

  async run(rounds: number): Promise<void> {
    await this.ready();
    await this.engine.client.call('settings.change', { wrapUpSeconds: 0, openerEnabled: false });
    await this.begin();
    for (let n = 0; n < rounds; n += 1) {
      const driving = this.drive(this.engine.client);
      await new Promise((resolve) => setTimeout(resolve, this.random() * killWithinMs));
      await this.engine.kill();
      driving.stop();
      await this.comeBack(n);
    }
    await this.finish();
  }

  stop(): Promise<void> {
    return this.engine.kill();
  }

  findings(): QueueKillFindings {
    const log = readFileSync(join(this.dir, 'engine.log'), 'utf8');
    const restored = (call: string): number => log.split(`"call":"${call}"`).length - 1;
    const { twice, skipped, unasked, queues } = this;
    const seen = {
      queues,
      dials: this.asked.length,
      goesOn: restored('goes-on'),
      over: restored('over'),
      notSent: restored('not-sent'),
    };
    return { twice, skipped, unasked, seen };
  }

  private start(): EngineProcess {
    return startEngineProcess(this.dir, this.shift, this.options.built);
  }

  private async ready(): Promise<void> {
    await until(this.engine.client, 'session.state', null, ({ phase }) => phase === 'signed-in', 30_000);
    await until(this.engine.client, 'phone.state', null, ({ slots }) => slots[0]?.condition === 'ready');
  }

  private putLeads(folder: string, count: number): void {
    const database = openDatabase(join(folder, 'desk.db'), { migrations, logger: silentLogger });
    database.write.transaction(() => {
      for (let n = 0; n < count; n += 1) putLead(database.write, sampleLead(n, { phone: `+86${numberOf(n)}` }));
    });
    database.close();
  }

  /** The next queue: each of its people may be tried once. */
  private async begin(): Promise<void> {
    const { client } = this.engine;
    this.first = this.queues * queueLength;
    this.before = this.asked.length;
    this.queues += 1;
    // Of all people that it has ever heard of the simulated network keeps the latest.
    for (let n = this.first; n < this.first + queueLength; n += 1)
      this.sim.farParty(numberOf(n)).behaviour = people[Math.floor(this.random() * people.length)] ?? talkative;
    await client.call('dialQueue.create', {
      leadIds: Array.from({ length: queueLength }, (_, index) => sampleLead(this.first + index).id),
      mode: 'progressive',
      tries: 1,
      retryMinutes: 0,
      retryOrder: 'behind-new',
      window: null,
      way: { channel: 'desk-phone', slot: 1, lineId: null },
    });
    await client.call('dialQueue.start', null);
  }

  /** A person who presses 继续 and 立即继续 as soon as they can, until the engine is gone. */
  private drive(client: Client): { stop(): void } {
    let through = false;
    const listening = client.listen('dialQueue.state', null, (state) => {
      if (state?.phase === 'paused') void client.attempt('dialQueue.resume', null);
      if (state?.phase === 'wrap-up') void client.attempt('dialQueue.continueNow', null);
      if (state?.phase === 'finished' && !through) {
        through = true;
        this.judge();
      }
    });
    return { stop: () => listening.dispose() };
  }

  private async comeBack(n: number): Promise<void> {
    // What the last run has written may still be in the port.
    await new Promise((resolve) => setTimeout(resolve, 50));
    const dialled = this.asked.length;
    this.shift += aheadMs;
    this.engine = this.start();
    const { client } = this.engine;
    await this.ready();
    const state = await until(client, 'dialQueue.state', null, (item) => item !== null);
    if (this.asked.length > dialled) this.unasked.push(`round ${n}: ${this.asked.slice(dialled).join(', ')}`);
    if (state?.phase !== 'finished') return;
    this.judge();
    await this.begin();
  }

  private async finish(): Promise<void> {
    const { client } = this.engine;
    const driving = this.drive(client);
    await until(client, 'dialQueue.state', null, (state: QueueState | null) => state?.phase === 'finished', 120_000);
    driving.stop();
    this.judge();
  }

  /** What the desk knows of a number, for whoever has to find out. */
  private recordOf(number: string): string {
    const db = new BetterSqlite(join(this.folder, 'desk.db'), { readonly: true });
    const found = db
      .prepare(
        `SELECT e.state, e.sent, e.result, e.problem, c.end_cause AS cause,
           (SELECT group_concat(event || ' ' || wall) FROM call_event WHERE call_id = c.id) AS journal
         FROM lead l LEFT JOIN dial_queue_entry e ON e.lead_id = l.id LEFT JOIN call c ON c.lead_id = l.id
         WHERE l.phone = ?`,
      )
      .all(`+86${number}`);
    db.close();
    return JSON.stringify(found);
  }

  /** By the phone's account alone: the queue's numbers, each once, in their order. Judged again it finds nothing new. */
  private judge(): void {
    const name = `queue ${this.queues} (seed ${this.options.seed})`;
    const wanted = Array.from({ length: queueLength }, (_, index) => numberOf(this.first + index));
    const dialled = this.asked.slice(this.before);
    const once = [...new Set(dialled)];
    const note = (list: string[], text: string): void => void (list.includes(text) || list.push(text));
    for (const number of once) {
      const times = dialled.filter((one) => one === number).length;
      if (times > 1) note(this.twice, `${name}: ${number} ${times} times`);
    }
    for (const number of wanted)
      if (!once.includes(number)) note(this.skipped, `${name}: ${number} never, ${this.recordOf(number)}`);
    const inOrder = once.every((number, index) => index === 0 || number > (once[index - 1] ?? ''));
    if (!inOrder) note(this.skipped, `${name}: out of order: ${once.join(', ')}`);
  }
}

const numberOf = (n: number): string => `154${String(n).padStart(8, '0')}`;
