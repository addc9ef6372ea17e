import { sleep, type Clock } from '#shared/base/clock.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { parseCallRow, parseIdentity } from '../at/answers.ts';
import { AtSession } from '../at/at-session.ts';
import { maskTrace } from '../at/mask-trace.ts';
import { parseUrc } from '../at/urc-router.ts';
import type { Transport } from '../face.ts';
import { readHabits, said, type Answer, type Findings, type LineHabits } from './findings.ts';
import { questions, type Question } from './questions.ts';

const listenMs = 300;
const settleMs = 60;
const aliveTries = 5;
/** Some makes lose what comes sooner after a result (research/hardware 1.1). */
const gapMs = 30;
const mutesInARow = 5;
const unaskedMost = 30;

interface ProbeOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Told before each question, for whoever waits. */
  readonly onStep?: (done: number, all: number) => void;
}

/**
 * Asks a phone nobody has seen what it is and can. It never dials, writes nothing that outlives a restart, spends no PIN
 * try, leaves a call alone, and sets back what it had to set (echo, results in words, error numbers).
 * Rejects with what `open` rejects with, `phone.not-a-phone`, `phone.not-answering`, or `call.busy` while a call runs.
 */
export async function probePhone({ transport, clock, onStep }: ProbeOptions): Promise<Findings> {
  await transport.open();
  let raw = '';
  const tap = transport.onData((bytes) => (raw += Buffer.from(bytes).toString('latin1')));
  const heard = (): string => {
    const text = raw;
    raw = '';
    return text;
  };
  const session = new AtSession({ transport, clock, logger: silentLogger, minGapMs: gapMs });
  const lost = transport.onLost((reason) => session.close(reason));
  try {
    return await new Probe(session, clock, transport.name, heard).run(onStep ?? (() => undefined));
  } finally {
    lost.dispose();
    tap.dispose();
    session.close('probed');
    await transport.close();
  }
}

class Probe {
  private readonly session: AtSession;
  private readonly clock: Clock;
  private readonly port: string;
  /** The raw bytes since it was last asked. */
  private readonly heard: () => string;
  private readonly unasked = new Set<string>();
  private readonly undo: string[] = [];

  constructor(session: AtSession, clock: Clock, port: string, heard: () => string) {
    this.session = session;
    this.clock = clock;
    this.port = port;
    this.heard = heard;
  }

  async run(onStep: (done: number, all: number) => void): Promise<Findings> {
    await sleep(this.clock, listenMs);
    const talksByItself = this.heard() !== '';
    if (!(await this.session.probe(aliveTries))) throw new AppError('phone.not-a-phone', { port: this.port });
    const subscription = this.session.onUrc(({ line }) => this.note(line));
    try {
      const line = await this.learnLine(talksByItself);
      await this.refuseDuringCall();
      await this.askForNumbers();
      const answers = await this.askAll(onStep);
      return this.sum(line, answers);
    } finally {
      subscription.dispose();
      for (const command of this.undo.toReversed()) await this.try(command);
    }
  }

  private sum(line: LineHabits, answers: readonly Answer[]): Findings {
    const facts = {
      port: this.port,
      line,
      answers,
      unasked: [...this.unasked],
      restored: this.undo.toReversed(),
      manufacturer: null,
      model: null,
      revision: null,
    };
    const tell = (command: string): string | null => parseIdentity(said(facts, command) ?? []);
    return { ...facts, manufacturer: tell('AT+CGMI'), model: tell('AT+CGMM'), revision: tell('AT+CGMR') };
  }

  private async learnLine(talksByItself: boolean): Promise<LineHabits> {
    const habits = await this.observe();
    let echoAfterE0: boolean | null = null;
    if (habits.echo) {
      this.undo.push('ATE1');
      await this.try('ATE0');
      echoAfterE0 = (await this.observe()).echo;
    }
    if (habits.numeric) this.undo.push('ATV0');
    await this.try('ATV1');
    return { ...habits, echoAfterE0, talksByItself };
  }

  /** Says `AT` and looks at the very bytes of the answer. */
  private async observe(): Promise<ReturnType<typeof readHabits>> {
    await sleep(this.clock, settleMs);
    this.heard();
    await this.try('AT');
    await sleep(this.clock, settleMs);
    return readHabits(this.heard());
  }

  /** A modem that takes no test form of a command may do it instead: not while somebody is on the line. */
  private async refuseDuringCall(): Promise<void> {
    const rows = await this.ask({ group: 'calls', command: 'AT+CLCC', about: '' });
    const activity = await this.ask({ group: 'calls', command: 'AT+CPAS', about: '' });
    // Packet bearers stand in the list as well, with a mode of their own and no number (research/hardware 0.7).
    const inCall = rows.lines
      .map(parseCallRow)
      .some((row) => row !== null && row.status !== 'released' && (row.mode === 0 || row.number !== null));
    const busy = rows.result !== 'ok' && activity.lines.some((line) => /\+CPAS: *[34]/.test(line));
    if (inCall || busy) throw new AppError('call.busy');
  }

  private async askForNumbers(): Promise<void> {
    const { lines } = await this.ask({ group: 'identity', command: 'AT+CMEE?', about: '' });
    const level = /\+CMEE: *([012])/.exec(lines.join('\n'))?.[1];
    if (level === undefined || level === '1') return;
    this.undo.push(`AT+CMEE=${level}`);
    await this.try('AT+CMEE=1');
  }

  private async askAll(onStep: (done: number, all: number) => void): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    let mutes = 0;
    for (const question of questions) {
      onStep(answers.length, questions.length);
      const answer = await this.ask(question);
      answers.push(answer);
      mutes = answer.result === 'mute' ? mutes + 1 : 0;
      if (mutes >= mutesInARow) throw new AppError('phone.not-answering', { port: this.port });
    }
    return answers;
  }

  private async ask(question: Question): Promise<Answer> {
    const { command, timeoutMs } = question;
    const from = this.clock.mono();
    const answer = (part: Pick<Answer, 'result' | 'lines' | 'refusal'>): Answer => ({
      question,
      ms: Math.round(this.clock.mono() - from),
      ...part,
    });
    // Where a report begins like the answer, the session must be told which it waits for.
    const prefix = /^AT([+^][A-Z]+)/.exec(command)?.[1];
    const isAmbiguous = prefix !== undefined && parseUrc(`${prefix}: 0`) !== null;
    try {
      const lines = await this.session.send({
        text: command,
        priority: 'info',
        ...(timeoutMs ? { timeoutMs } : {}),
        ...(isAmbiguous ? { prefix } : {}),
      });
      return answer({ result: 'ok', lines, refusal: null });
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code === 'phone.not-answering') return answer({ result: 'mute', lines: [], refusal: null });
      if (error.code !== 'phone.refused') throw error;
      return answer({ result: 'refused', lines: [], refusal: String(error.details['result']) });
    }
  }

  /** For what may be refused without harm; a lost port is told by the next question. */
  private async try(command: string): Promise<void> {
    await this.session.send({ text: command, priority: 'info' }).catch(() => undefined);
  }

  private note(line: string): void {
    if (this.unasked.size < unaskedMost) this.unasked.add(maskTrace(line));
  }
}
