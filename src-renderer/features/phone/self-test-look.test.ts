import { describe, expect, it } from 'vitest';
import type { SelfTest, SelfTestItem } from '#shared/desk-contract/areas/self-test.ts';
import { fixOf, progressOf, summaryOf } from './self-test-look.ts';

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
    expect(fixOf(item('failed', 'sim.failed'))).toBeNull();
  });
});
