import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { AppError, type ErrorCode } from '#shared/base/errors.ts';
import { createLogger } from '#shared/base/logger.ts';
import type { AgentView } from '#shared/desk-contract/areas/session.ts';
import type { StateCodes } from '#shared/domain/state-codes.ts';
import { StateReporter } from './state-reporter.ts';

interface Told {
  readonly code: string;
  readonly took: () => Promise<void>;
  readonly refused: (problem: ErrorCode, status?: number) => Promise<void>;
}

const all: StateCodes = { ready: '*79', break: '*78', wrapUp: '*77' };

let clock: ManualClock;
let codes: StateCodes | null;
let registered: boolean;
let told: Told[];
let log: string[];
let reporter: StateReporter;

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

beforeEach(() => {
  clock = new ManualClock();
  codes = all;
  registered = true;
  told = [];
  log = [];
  reporter = new StateReporter({
    clock,
    logger: createLogger((line) => void log.push(line), clock.now.bind(clock)),
    codes: () => codes,
    registered: () => registered,
    tell: (code) =>
      new Promise((resolve, reject) => {
        told.push({
          code,
          took: () => (resolve(), settle()),
          refused: (problem, status) => (
            reject(new AppError(problem, status === undefined ? {} : { status })),
            settle()
          ),
        });
      }),
  });
});

const agentIs = (chosen: AgentView['chosen'], effective: AgentView['effective']): void =>
  reporter.agentIs({ chosen, effective, breakReason: chosen === 'break' ? 'meal' : null, since: 0, wrapUp: null });
const line = (up: boolean): void => {
  registered = up;
  reporter.update();
};
const codesTold = (): string[] => told.map(({ code }) => code);
const last = (): Told => {
  const found = told.at(-1);
  if (!found) throw new Error('nothing was told');
  return found;
};
/** Registered, and the PBX knows that the agent is ready. */
async function ready(): Promise<void> {
  agentIs('idle', 'idle');
  line(true);
  await last().took();
}

describe('the PBX is told', () => {
  it('nothing before the line is registered, then the state of that moment', async () => {
    agentIs('idle', 'idle');
    line(false);
    agentIs('break', 'break');
    expect(told).toEqual([]);
    line(true);
    expect(codesTold()).toEqual(['*78']);
    await last().took();
    expect(reporter.report).toEqual({ told: { state: 'break', at: clock.now() }, failed: null });
  });

  it('each change once, and nothing of calls', async () => {
    await ready();
    agentIs('idle', 'busy');
    agentIs('idle', 'idle');
    reporter.update();
    expect(codesTold()).toEqual(['*79']);
    agentIs('idle', 'wrap-up');
    await last().took();
    agentIs('idle', 'idle');
    expect(codesTold()).toEqual(['*79', '*77', '*79']);
  });

  it('one code at a time; of what has changed meanwhile the newest alone', async () => {
    await ready();
    agentIs('break', 'break');
    agentIs('idle', 'idle');
    agentIs('idle', 'wrap-up');
    expect(codesTold()).toEqual(['*79', '*78']);
    await last().took();
    expect(codesTold()).toEqual(['*79', '*78', '*77']);
  });

  it('nothing more where the state is the told one again', async () => {
    await ready();
    agentIs('idle', 'wrap-up');
    agentIs('break', 'break');
    agentIs('idle', 'wrap-up');
    await last().took();
    expect(codesTold()).toEqual(['*79', '*77']);
  });

  it('again after each registration, also where one came in the middle of a code', async () => {
    await ready();
    line(false);
    line(true);
    expect(codesTold()).toEqual(['*79', '*79']);
    line(false);
    line(true);
    // Said on the line before: nobody knows whether it counts.
    await last().took();
    expect(codesTold()).toEqual(['*79', '*79', '*79']);
    await last().took();
    expect(told).toHaveLength(3);
  });

  it('the codes as they are now, and nothing where there are none', async () => {
    await ready();
    codes = { ready: '#79', break: '#78', wrapUp: null };
    reporter.update();
    expect(last().code).toBe('#79');
    await last().took();
    agentIs('idle', 'wrap-up');
    expect(told).toHaveLength(2);
    codes = null;
    reporter.update();
    agentIs('break', 'break');
    expect(told).toHaveLength(2);
    expect(reporter.report).toBeNull();
  });

  it('once more when a person wants it', async () => {
    await ready();
    reporter.tellAgain();
    expect(codesTold()).toEqual(['*79', '*79']);
  });
});

describe('a code that is not taken', () => {
  it('for now is told again, later and later, and is over with the state that follows', async () => {
    await ready();
    agentIs('break', 'break');
    await last().refused('sip.state-refused', 503);
    expect(reporter.report?.failed).toEqual({
      state: 'break',
      problem: { code: 'sip.state-refused', details: { status: 503, code: '*78' } },
      at: clock.now(),
      retryAt: clock.now() + 30_000,
    });
    expect(log.join()).toContain('sip.state-not-told');
    reporter.update();
    clock.advance(29_999);
    expect(told).toHaveLength(2);
    clock.advance(1);
    expect(told).toHaveLength(3);
    await last().refused('sip.state-unanswered');
    clock.advance(59_999);
    expect(told).toHaveLength(3);
    clock.advance(1);
    expect(told).toHaveLength(4);
    await last().refused('sip.state-refused', 503);
    agentIs('idle', 'idle');
    // Whether it has taken the break is not known, so that its end is told.
    expect(last().code).toBe('*79');
    await last().took();
    expect(reporter.report?.failed).toBeNull();
    clock.advance(600_000);
    expect(told).toHaveLength(5);
  });

  it('because the PBX does not know it waits for something to be different', async () => {
    await ready();
    agentIs('break', 'break');
    await last().refused('sip.state-code-unknown', 404);
    expect(reporter.report?.failed?.retryAt).toBeNull();
    clock.advance(3_600_000);
    expect(told).toHaveLength(2);
    reporter.tellAgain();
    await last().refused('sip.state-code-unknown', 404);
    line(false);
    line(true);
    expect(codesTold()).toEqual(['*79', '*78', '*78', '*78']);
    await last().took();
    expect(reporter.report?.failed).toBeNull();
  });

  it('since the line or its window went is told on the next one, without a word', async () => {
    await ready();
    agentIs('break', 'break');
    await last().refused('sip.state-line-lost');
    // The line's own word comes after that.
    reporter.update();
    expect(told).toHaveLength(2);
    expect(reporter.report?.failed).toBeNull();
    line(false);
    line(true);
    expect(codesTold()).toEqual(['*79', '*78', '*78']);
  });

  it('… and one that failed before the line came back does not wait any more', async () => {
    await ready();
    agentIs('break', 'break');
    line(false);
    line(true);
    await last().refused('sip.window-lost');
    expect(codesTold()).toEqual(['*79', '*78', '*78']);
  });
});

it('says nothing any more when it is over', async () => {
  await ready();
  agentIs('break', 'break');
  await last().refused('sip.state-refused', 503);
  reporter.dispose();
  clock.advance(60_000);
  agentIs('idle', 'idle');
  expect(told).toHaveLength(2);
});
