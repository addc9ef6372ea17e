/**
 * A million lines that no modem should send: golden traces cut, spliced and bent, and plain noise, in pieces of any size,
 * to a session that always has commands waiting. Nothing may throw, nothing may hold the engine up, nothing may stay
 * behind. LINES=50000 for a shorter run, SEED=n for another one.
 */
import { AtSession } from '#engine/devices/at/at-session.ts';
import { parseCallRow } from '#engine/devices/at/answers.ts';
import { parseUssd } from '#engine/devices/at/ussd.ts';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { bytesOf, readTraces } from '#tests/support/at-traces.ts';
import { ScriptedModem } from '#tests/support/scripted-modem.ts';
import { seededRandom } from '#tests/support/seeded-random.ts';
import type { Figure } from './figure.ts';
import { collectGarbage } from './support/collect-garbage.ts';

const commands = [
  { text: 'AT+CLCC', prefix: '+CLCC', priority: 'poll' },
  { text: 'AT+CREG?', prefix: '+CREG', priority: 'info' },
  { text: 'AT+CGMI', priority: 'info' },
  { text: 'ATD15400000137;', priority: 'call' },
  { text: 'AT+CSCS="UCS2"', priority: 'info' },
  { text: 'AT+CSCS="GSM"', priority: 'info' },
  { text: 'AT+CHUP', priority: 'hang-up' },
] as const;

export async function run(): Promise<Figure[]> {
  const lines = Number(process.env['LINES'] ?? 1_000_000);
  const seed = Number(process.env['SEED'] ?? 20_260_105);
  console.error(`seed ${seed}`);
  const fuzz = new Fuzz(seed);
  // The first tenth warms up: code is compiled, rings and tables fill. What grows after that is a leak.
  await fuzz.feed(lines / 10);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  await fuzz.feed(lines - lines / 10);
  collectGarbage();
  const grown = (process.memoryUsage().heapUsed - before) / 1024 / 1024;
  console.error(`${fuzz.lines} lines, ${fuzz.answered} answers, ${fuzz.reports} reports, ${fuzz.readings} readings`);
  return [
    { name: 'at-fuzz-throws', value: fuzz.throws, unit: 'throws', bar: 0 },
    { name: 'at-fuzz-stall', value: fuzz.longestMs, unit: 'ms', bar: 50 },
    { name: 'at-fuzz-heap', value: Math.max(0, grown), unit: 'MB', bar: 10 },
  ];
}

/**
 * A watch for this thread's own work. Wall time counts what else the machine does, processor time comes in ticks of the
 * kernel: the lesser of both is nearest to the truth.
 */
function startWatch(): () => number {
  const began = performance.now();
  const before = process.threadCpuUsage();
  return () => {
    const { user, system } = process.threadCpuUsage(before);
    return Math.min(performance.now() - began, (user + system) / 1000);
  };
}

class Fuzz {
  lines = 0;
  throws = 0;
  longestMs = 0;
  answered = 0;
  reports = 0;
  readings = 0;
  private readonly random: () => number;
  private readonly clock = new ManualClock();
  private readonly modem = new ScriptedModem().on(/./, null).on(/^$/, null);
  private readonly session: AtSession;
  /** What the modems of the golden traces say, line by line. */
  private readonly words: readonly Buffer[];
  private waiting = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    this.words = readTraces().flatMap((trace) =>
      bytesOf(trace)
        .toString('latin1')
        .split(/(?<=[\r\n])(?=[^\r\n])/)
        .map((line) => Buffer.from(line, 'latin1')),
    );
    this.session = new AtSession({ transport: this.modem, clock: this.clock, logger: silentLogger, minGapMs: 0 });
    this.session.onUrc((urc) => {
      this.reports += 1;
      if (urc.kind === 'restart' && this.chance(0.5)) this.session.restart(urc.line);
      if (urc.kind === 'call') parseCallRow(urc.line);
      if (urc.kind === 'ussd') parseUssd(urc.line, this.session.charset);
    });
  }

  async feed(count: number): Promise<void> {
    for (const end = this.lines + count; this.lines < end;) {
      const bytes = this.bytes(Math.min(40, end - this.lines));
      const tookMs = startWatch();
      try {
        this.burst(bytes);
      } catch (error) {
        this.throws += 1;
        if (this.throws <= 3) console.error(error);
      }
      // Promises of answers run here: what they cost is part of the hold-up.
      await null;
      this.longestMs = Math.max(this.longestMs, tookMs());
      if (this.chance(0.05)) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private bytes(count: number): Buffer {
    this.lines += count;
    return Buffer.concat(Array.from({ length: count }, () => this.line()));
  }

  /** Some lines in pieces of 1 byte to 8 KiB, with time, commands and readers of the log in between. */
  private burst(bytes: Buffer): void {
    while (this.waiting < 3) this.ask();
    for (let at = 0; at < bytes.length;) {
      const size = this.chance(0.1) ? 8192 : 1 + this.below(64);
      this.modem.bytes(bytes.subarray(at, at + size));
      at += size;
    }
    if (this.chance(0.3)) this.clock.advance(this.below(400));
    if (this.chance(0.02)) this.session.abortDial();
    if (this.chance(0.01)) this.readings += this.session.rawLog.tail().length;
    this.modem.sent.length = 0;
  }

  private ask(): void {
    const command = commands[this.below(commands.length)] ?? commands[0];
    this.waiting += 1;
    const over = (): void => void (this.waiting -= 1);
    this.session.send(command).then(() => ((this.answered += 1), over()), over);
  }

  private line(): Buffer {
    const kind = this.random();
    if (kind < 0.2) return this.noise();
    if (kind < 0.45) return this.word();
    if (kind < 0.7) return this.bent(this.word());
    const [head, tail] = [this.word(), this.word()];
    return Buffer.concat([head.subarray(0, this.below(head.length + 1)), tail.subarray(this.below(tail.length))]);
  }

  private word(): Buffer {
    return this.words[this.below(this.words.length)] ?? Buffer.alloc(0);
  }

  /** Some bytes changed, one doubled, one lost. */
  private bent(line: Buffer): Buffer {
    const bytes = [...line];
    for (let n = this.below(4); n >= 0; n -= 1) bytes[this.below(bytes.length)] = this.below(256);
    if (this.chance(0.3)) bytes.splice(this.below(bytes.length), 0, ...bytes.slice(-this.below(9)));
    if (this.chance(0.3)) bytes.splice(this.below(bytes.length), 1);
    return Buffer.from(bytes);
  }

  private noise(): Buffer {
    const long = this.chance(0.001) ? 20_000 : 80;
    const bytes = Array.from({ length: this.below(long) }, () => this.below(256));
    return Buffer.from([...bytes, this.chance(0.5) ? 0x0d : 0x0a]);
  }

  private readonly below = (limit: number): number => Math.floor(this.random() * limit);
  private readonly chance = (part: number): boolean => this.random() < part;
}
