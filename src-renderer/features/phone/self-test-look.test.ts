import { describe, expect, it } from 'vitest';
import { selfTestItems, type SelfTest, type SelfTestItem } from '#shared/desk-contract/areas/self-test.ts';
import { fixOf, overviewOf, progressOf, summaryOf, todoOf } from './self-test-look.ts';

const item = (state: SelfTestItem['state'], code?: string): SelfTestItem => ({
  id: 'phone',
  state,
  problem: code ? { code, details: {} } : null,
  facts: {},
});
const run = (items: SelfTestItem[], running = false): SelfTest => ({
  running,
  startedAt: 1,
  finishedAt: running ? null : 2,
  items,
});

describe('the self-test at a glance', () => {
  it('is as good as its worst line', () => {
    expect(summaryOf({ running: false, startedAt: null, finishedAt: null, items: [] })).toBe('none');
    expect(summaryOf(run([item('passed'), item('skipped')]))).toBe('passed');
    expect(summaryOf(run([item('passed'), item('warned')]))).toBe('warned');
    expect(summaryOf(run([item('warned'), item('failed')]))).toBe('failed');
    expect(summaryOf(run([item('failed'), item('waiting')], true))).toBe('running');
  });

  it('knows how far it is', () => {
    expect(progressOf(run([]))).toBe(0);
    expect(progressOf(run([item('passed'), item('failed'), item('asks'), item('waiting')], true))).toBe(0.5);
  });

  it('has one button for what a button can mend, and none for the rest', () => {
    expect(fixOf(item('passed'))).toBeNull();
    expect(fixOf(item('failed', 'phone.port-busy'))).toBe('phone-settings');
    expect(fixOf(item('failed', 'phone.not-answering'))).toBe('reconnect');
    expect(fixOf(item('failed', 'self-test.no-key'))).toBe('again');
    expect(fixOf(item('failed', 'sim.pin-required'))).toBe('pin');
    expect(fixOf(item('failed', 'sim.failed'))).toBeNull();
  });

  it('shows every item once in the overview, the five cards in a row of their own', () => {
    const [phone, cards] = overviewOf(run(selfTestItems.map((id) => ({ ...item('passed'), id }))));
    expect(phone?.map(({ id }) => id)).toEqual(['phone', 'signal', 'sound', 'clock', 'hook', 'cut-in-key']);
    expect(cards?.map(({ id }) => id)).toEqual(['sim-1', 'sim-2', 'sim-3', 'sim-4', 'sim-5']);
    expect(overviewOf(run([]))).toEqual([]);
  });

  it('gives a line of its own to what a person has to do, first to what is asked, and to nothing that is well', () => {
    const well = (['waiting', 'running', 'passed', 'skipped'] as const).map((state) => item(state));
    expect(todoOf(run(well))).toEqual([]);
    const weak = item('warned', 'sim.weak-signal');
    const dead = item('failed', 'sim.failed');
    expect(todoOf(run([...well, weak, dead, item('asks')], true))).toEqual([item('asks'), weak, dead]);
  });
});
