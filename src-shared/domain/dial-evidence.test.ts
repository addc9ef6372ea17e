import { describe, expect, it } from 'vitest';
import { defaultCallRules } from './call-rules.ts';
import { dialChecks } from './dial-evidence.ts';
import { checkDial, type DialFacts } from './dial-gate.ts';
import { readNumber, readPbxNumber } from './phone-number.ts';

const morning = Date.UTC(2026, 0, 5, 2);
const facts = (change: Partial<DialFacts> = {}): DialFacts => ({
  number: readNumber('15400000017'),
  now: morning,
  rules: { ...defaultCallRules, gapMinutes: 10 },
  listed: null,
  refusedAt: null,
  dialsToCallee: [morning - 3_600_000],
  lineIsReal: false,
  numberIsSample: true,
  consent: { openersAllowed: true, opener: 'an-opener', recording: false },
  ...change,
});
function read(change: Partial<DialFacts> = {}, more: object = {}) {
  const answer = checkDial(facts(change));
  if (!answer.pass) throw new Error(answer.code);
  return dialChecks({ ...answer.evidence, ...more });
}
const sim = { slot: 2, reason: 'rotate', countedBy: 'card', dialsThisHour: 11, dialsToday: 34, talkTodayMs: 0, caps: { perHour: 60, perDay: 300 } }; // prettier-ignore

describe('拨号前检查', () => {
  it('tells each rule that let the call pass, and what it saw', () => {
    expect(read({}, { sim })).toEqual([
      { rule: 'lists', values: {} },
      { rule: 'refusal', values: {} },
      { rule: 'hours', values: { from: '08:00', to: '21:00', now: '10:00', holiday: '' } },
      { rule: 'gap', values: { minutes: 10 } },
      { rule: 'frequent', values: { count: 0, limit: 3 } },
      { rule: 'today', values: { count: 1, limit: 5 } },
      { rule: 'sample', values: {} },
      { rule: 'opener', values: { state: 'on' } },
      { rule: 'recording', values: { state: 'off' } },
      { rule: 'card', values: { slot: 2, dialsThisHour: 11, dialsToday: 34, perHour: 60, perDay: 300 } },
    ]);
  });

  it('names the holiday whose hours held, and tells an opener that is not there or not allowed', () => {
    const holiday = {
      from: '2026-01-05',
      to: '2026-01-05',
      name: '补班',
      hours: { startMinute: 540, endMinute: 1080 },
    };
    expect(read({ rules: { ...defaultCallRules, holidays: [holiday] } })).toContainEqual({
      rule: 'hours',
      values: { from: '09:00', to: '18:00', now: '10:00', holiday: '补班' },
    });
    const opener = (consent: Partial<DialFacts['consent']>) =>
      read({ consent: { ...facts().consent, ...consent } }).find(({ rule }) => rule === 'opener')?.values['state'];
    expect(opener({ opener: null })).toBe('none');
    expect(opener({ opener: null, openersAllowed: false })).toBe('off');
  });

  it('says of whom no rule holds for', () => {
    expect(read({ number: readNumber('110') })).toEqual([{ rule: 'emergency', values: {} }]);
    expect(read({ number: readPbxNumber('8002') })).toEqual([{ rule: 'extension', values: {} }]);
  });

  it('leaves out what an older program kept in another shape, or what is no evidence', () => {
    expect(dialChecks({ kind: 'mobile', 'gate.too-frequent': 1, hours: null, sim: { slot: 1 } })).toEqual([]);
    expect(dialChecks({ withheld: false })).toEqual([]);
  });
});
