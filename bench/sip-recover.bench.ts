/**
 * What a call that runs has of a line that breaks: its WebSocket cut (CUTS=100), its WebSocket swallowing everything
 * (HOLES=10), its relay killed and started again (RELAYS=10). Each row of calls is one call, which has to be there at the end.
 */
import type { TestPhone } from '#tests/support/telephony-page-main.ts';
import { until } from '#tests/support/until.ts';
import { percentile, type Figure } from './figure.ts';
import { BreakableLine } from './support/breakable-line.ts';
import { customerHz, openSipBench, type SipBench } from './support/sip-bench.ts';

declare const phone: TestPhone;

const number = '15400000137';
const frame = 20;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const rounds = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const now = (): number => performance.timeOrigin + performance.now();

/** One call over a line that can be broken. */
class Call {
  readonly bench: SipBench;
  readonly line: BreakableLine;

  constructor(bench: SipBench, line: BreakableLine) {
    this.bench = bench;
    this.line = line;
  }

  static async open(): Promise<Call> {
    const bench = await openSipBench([number], customerHz);
    const line = await BreakableLine.open(Number(new URL(bench.account.server).port));
    const { agent } = bench;
    await agent.start({ ...bench.account, server: `ws://127.0.0.1:${line.port}` });
    await agent.until('line:registered');
    await agent.dial('c1', number);
    await agent.until('c1:answered');
    await agent.page.evaluate(() => phone.setOpen(true));
    await until('the customer hears', () => Call.framesOf(bench).length > 10);
    return new Call(bench, line);
  }

  static framesOf({ trunk }: SipBench): readonly number[] {
    return trunk.farParty(number).heard.frameTimes;
  }

  /** When the line has told that, by the wall clock; asked for after `since`. */
  async told(what: string, since: number): Promise<number> {
    const found = await this.bench.agent.page.waitForFunction(
      ([wanted, after]) => {
        const one = phone.told().find((told) => told.what === wanted && performance.timeOrigin + told.at >= after);
        return one && performance.timeOrigin + one.at;
      },
      [what, since] as const,
      { timeout: 30_000, polling: 10 },
    );
    return (await found.jsonValue()) ?? NaN;
  }

  /** ms: the longest that the customer was sent nothing, beyond the 20 that a frame lasts. @param since wall clock */
  longestGap(since: number): number {
    const from = since - performance.timeOrigin;
    const times = Call.framesOf(this.bench).filter((at) => at >= from - frame);
    return Math.max(0, ...times.slice(1).map((at, n) => at - (times[n] ?? at) - frame));
  }

  /** 0 = the call is there, and both sides hear each other. */
  async lost(): Promise<number> {
    const told = await this.bench.agent.told();
    const over = told.some(({ what }) => what.startsWith('c1:ended'));
    const heard = await this.bench.agent.page.evaluate((hz) => phone.hears('c1', hz), customerHz);
    const before = Call.framesOf(this.bench).length;
    await pause(500);
    return over || heard < -40 || Call.framesOf(this.bench).length < before + 15 ? 1 : 0;
  }

  async close(): Promise<void> {
    this.line.close();
    await this.bench.close();
  }
}

export async function run(): Promise<Figure[]> {
  return [...(await cuts()), ...(await holes()), ...(await relays())];
}

async function cuts(): Promise<Figure[]> {
  const call = await Call.open();
  const registered: number[] = [];
  const gaps: number[] = [];
  try {
    for (let n = 0; n < rounds('CUTS', 100); n += 1) {
      const at = now();
      call.line.cut();
      registered.push((await call.told('line:registered', at)) - at);
      await pause(300);
      gaps.push(call.longestGap(at));
    }
    return [
      { name: 'sip-recover-cut-registered', value: worst('registered again', registered), unit: 'ms', bar: 500 },
      { name: 'sip-recover-cut-gap', value: worst('gap', gaps), unit: 'ms', bar: 100 },
      { name: 'sip-recover-cut-lost', value: await call.lost(), unit: 'calls', bar: 0 },
    ];
  } finally {
    await call.close();
  }
}

async function holes(): Promise<Figure[]> {
  const call = await Call.open();
  const noticed: number[] = [];
  const gaps: number[] = [];
  try {
    for (let n = 0; n < rounds('HOLES', 10); n += 1) {
      const at = now();
      call.line.swallow(true);
      noticed.push((await call.told('line:waiting', at)) - at);
      call.line.swallow(false);
      await call.told('line:registered', at);
      gaps.push(call.longestGap(at));
    }
    return [
      { name: 'sip-recover-hole-noticed', value: worst('noticed', noticed), unit: 'ms', bar: 8_000 },
      { name: 'sip-recover-hole-gap', value: worst('gap', gaps), unit: 'ms', bar: 100 },
      { name: 'sip-recover-hole-lost', value: await call.lost(), unit: 'calls', bar: 0 },
    ];
  } finally {
    await call.close();
  }
}

async function relays(): Promise<Figure[]> {
  const call = await Call.open();
  const { agent, pbx } = call.bench;
  const noticed: number[] = [];
  const heardAgain: number[] = [];
  try {
    for (let n = 0; n < rounds('RELAYS', 10); n += 1) {
      const at = now();
      await pbx.stopRelay(true);
      noticed.push((await call.told('c1:silent', at)) - at);
      await pbx.startRelay();
      const back = now();
      const frames = Call.framesOf(call.bench).length;
      const mine = agent.page
        .waitForFunction((hz) => phone.hears('c1', hz) > -40, customerHz, { timeout: 30_000, polling: 20 })
        .then(now);
      await until('the customer hears again', () => Call.framesOf(call.bench).length > frames, 30_000);
      heardAgain.push(Math.max(now(), await mine) - back);
      await call.told('c1:flowing', at);
    }
    return [
      { name: 'sip-recover-relay-noticed', value: worst('noticed', noticed), unit: 'ms', bar: 8_000 },
      { name: 'sip-recover-relay-heard', value: worst('heard again', heardAgain), unit: 'ms', bar: 2_000 },
      { name: 'sip-recover-relay-lost', value: await call.lost(), unit: 'calls', bar: 0 },
    ];
  } finally {
    await call.close();
  }
}

function worst(what: string, values: readonly number[]): number {
  console.error(`sip-recover, ${what}: median ${percentile(values, 0.5).toFixed(0)} ms of ${values.length}`);
  return Math.max(...values);
}
