import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultCallRules, everyDay, type CallHours, type CallRules } from './call-rules.ts';
import { checkDial, type DialFacts } from './dial-gate.ts';
import type { NumberList } from './number-lists.ts';
import { readNumber, readPbxNumber } from './phone-number.ts';

/** 10:00 in Beijing. */
const morning = Date.UTC(2026, 0, 5, 2, 0);
const minute = 60_000;
const facts = (change: Partial<DialFacts> = {}): DialFacts => ({
  number: readNumber('15400000137'),
  now: morning,
  rules: defaultCallRules,
  listed: null,
  refusedAt: null,
  dialsToCallee: [],
  lineIsReal: false,
  numberIsSample: true,
  consent: { openersAllowed: true, opener: null, recording: true },
  ...change,
});
const within = (hours: CallHours) => ({ ...defaultCallRules, week: everyDay(hours) });
const at = (hour: number, min = 0): number => Date.UTC(2026, 0, 5, hour - 8, min);

describe('checkDial', () => {
  it('passes with what each rule saw', () => {
    expect(checkDial(facts({ dialsToCallee: [morning - minute, morning - 10 * minute] }))).toEqual({
      pass: true,
      evidence: {
        kind: 'mobile',
        listed: false,
        refused: false,
        hours: { from: '08:00', to: '21:00', now: '10:00' },
        gapMinutes: 0,
        'gate.too-frequent': { count: 1, limit: 3 },
        'gate.too-many-today': { count: 2, limit: 5 },
        sample: true,
        lineIsReal: false,
        openersAllowed: true,
        opener: null,
        recording: true,
      },
    });
  });

  it('refuses a number that is none, with its code', () => {
    expect(checkDial(facts({ number: readNumber('154abc') }))).toMatchObject({ code: 'number.has-letters' });
  });

  it('lets an extension pass at any hour and as often as needed, on a real line too', () => {
    const number = readPbxNumber('8002');
    const often = Array.from({ length: 9 }, (_, n) => morning - n * minute);
    const any = { number, now: at(23), dialsToCallee: often, lineIsReal: true, numberIsSample: false };
    expect(checkDial(facts(any))).toEqual({ pass: true, evidence: { kind: 'extension' } });
  });

  it.each([
    [7, 59, false],
    [8, 0, true],
    [20, 59, true],
    [21, 0, false],
    [0, 0, false],
  ])('keeps the call hours of Beijing at %i:%i', (hour, min, pass) => {
    expect(checkDial(facts({ now: at(hour, min) })).pass).toBe(pass);
  });

  it('says when one may call', () => {
    expect(checkDial(facts({ now: at(7, 12) }))).toEqual({
      pass: false,
      code: 'gate.hours',
      details: { from: '08:00', to: '21:00', now: '07:12' },
    });
  });

  it('knows hours over midnight and "always"', () => {
    const night = { startMinute: 22 * 60, endMinute: 6 * 60 };
    expect(checkDial(facts({ now: at(23), rules: within(night) })).pass).toBe(true);
    expect(checkDial(facts({ now: at(12), rules: within(night) })).pass).toBe(false);
    expect(checkDial(facts({ now: at(0), rules: within({ startMinute: 0, endMinute: 1440 }) })).pass).toBe(true);
  });

  it('refuses the fourth dial in five minutes and tells when the next may go', () => {
    const dialsToCallee = [morning - 1 * minute, morning - 4 * minute, morning - 2 * minute];
    expect(checkDial(facts({ dialsToCallee }))).toEqual({
      pass: false,
      code: 'gate.too-frequent',
      details: { count: 3, minutes: 5, nextAt: morning + 1 * minute },
    });
    expect(checkDial(facts({ dialsToCallee, now: morning + 1 * minute })).pass).toBe(true);
  });

  it('refuses the sixth dial in 24 hours', () => {
    const dialsToCallee = [1, 3, 5, 7, 9].map((hours) => morning - hours * 60 * minute);
    expect(checkDial(facts({ dialsToCallee }))).toEqual({
      pass: false,
      code: 'gate.too-many-today',
      details: { count: 5, hours: 24, nextAt: morning + 15 * 60 * minute },
    });
  });

  it('refuses a number on a list of the company, and says why it is there', () => {
    const on = (list: NumberList, reason: string) => checkDial(facts({ listed: { list, reason } }));
    expect(on('blacklist', '客户要求')).toEqual({
      pass: false,
      code: 'gate.blacklisted',
      details: { reason: '客户要求' },
    });
    expect(on('invalid', '')).toEqual({ pass: false, code: 'gate.number-invalid', details: {} });
  });

  it('keeps the hours of each weekday; those over midnight belong to the day they begin on', () => {
    // 5 January 2026 is a Monday.
    const week = everyDay(null)
      .with(0, { startMinute: 22 * 60, endMinute: 2 * 60 })
      .with(4, { startMinute: 540, endMinute: 1080 });
    const rules = { ...defaultCallRules, week };
    const monday = (hours: number) => checkDial(facts({ rules, now: at(hours) }));
    expect([23, 24, 25].map((hour) => monday(hour).pass)).toEqual([true, true, true]);
    expect(monday(1)).toMatchObject({ code: 'gate.hours', details: { from: '22:00', to: '02:00', now: '01:00' } });
    // Tuesday is no day of calls, but for what began on Monday.
    expect(monday(26)).toEqual({ pass: false, code: 'gate.day-off', details: { now: '02:00' } });
    expect(monday(4 * 24 + 9).pass).toBe(true);
    expect(monday(4 * 24 + 18)).toMatchObject({ code: 'gate.hours', details: { from: '09:00', to: '18:00' } });
    // Before 1970 too: a clock that was never set.
    expect(checkDial(facts({ rules, now: -6 * 24 * 60 * minute + 2 * 60 * minute })).pass).toBe(true);
  });

  it('keeps the holidays of the company before its week: days off, and days that make up for them', () => {
    const open = { startMinute: 540, endMinute: 1080 };
    // 1 to 7 October 2026; Saturday the 10th is worked on.
    const holidays = [
      { from: '2026-10-01', to: '2026-10-07', name: '国庆节', hours: null },
      { from: '2026-10-10', to: '2026-10-10', name: '', hours: open },
      { from: '2026-10-07', to: '2026-10-08', name: '后面的', hours: null },
    ];
    const rules = {
      ...defaultCallRules,
      holidays,
      week: everyDay({ startMinute: 480, endMinute: 1260 }).with(5, null),
    };
    const on = (day: number, hour: number) => checkDial(facts({ rules, now: Date.UTC(2026, 9, day, hour - 8) }));
    expect(on(1, 10)).toEqual({ pass: false, code: 'gate.day-off', details: { now: '10:00', holiday: '国庆节' } });
    expect(on(7, 20)).toMatchObject({ details: { holiday: '国庆节' } });
    expect([on(8, 10), on(9, 10)].map(({ pass }) => pass)).toEqual([false, true]);
    expect(on(10, 10)).toMatchObject({ pass: true, evidence: { hours: { from: '09:00', to: '18:00' } } });
    expect(on(10, 8)).toMatchObject({ code: 'gate.hours', details: { from: '09:00', to: '18:00' } });
    expect(on(17, 10)).toMatchObject({ code: 'gate.day-off' });
    // The day before ended in Beijing while it was still that day in Greenwich.
    expect(on(8, 0.5)).toMatchObject({ code: 'gate.day-off', details: { holiday: '后面的' } });
  });

  it('locks whoever said that they must not be called again, and says since when', () => {
    const refusedAt = morning - 86_400_000;
    expect(checkDial(facts({ refusedAt }))).toEqual({ pass: false, code: 'gate.refused', details: { refusedAt } });
  });

  it('keeps with the call what was allowed and what would play, and refuses nothing for it', () => {
    const consent = { openersAllowed: false, opener: null, recording: false };
    expect(checkDial(facts({ consent }))).toMatchObject({ pass: true, evidence: consent });
  });

  it('keeps the gap and the limit that the company has set for one number, never more than the product allows', () => {
    const dialled = (minutes: number[], rules: Partial<CallRules>) =>
      checkDial(
        facts({
          rules: { ...defaultCallRules, ...rules },
          dialsToCallee: minutes.map((ago) => morning - ago * minute),
        }),
      );
    expect(dialled([59], { gapMinutes: 60 })).toEqual({
      pass: false,
      code: 'gate.too-soon',
      details: { minutes: 60, nextAt: morning + minute },
    });
    expect(dialled([60], { gapMinutes: 60 }).pass).toBe(true);
    expect(dialled([60, 600], { dialsPerNumber: 2 })).toMatchObject({
      code: 'gate.too-many-today',
      details: { count: 2 },
    });
    expect(dialled([60, 600], { dialsPerNumber: 3 }).pass).toBe(true);
    expect(dialled([60, 70, 80, 90, 600], { dialsPerNumber: 9 })).toMatchObject({ details: { count: 5 } });
  });

  it('keeps sample numbers off real lines only', () => {
    expect(checkDial(facts({ lineIsReal: true }))).toMatchObject({ code: 'gate.sample-data' });
    expect(checkDial(facts({ lineIsReal: true, numberIsSample: false })).pass).toBe(true);
  });

  it.each(['110', '119', '120', '122'])('lets %s pass against every rule', (typed) => {
    const dialsToCallee = Array.from({ length: 9 }, () => morning);
    const closed = { startMinute: 0, endMinute: 0 };
    const rules = { ...within(closed), gapMinutes: 60, dialsPerNumber: 1 };
    const listed = { list: 'blacklist', reason: '' } as const;
    const hard = facts({
      number: readNumber(typed),
      dialsToCallee,
      rules,
      listed,
      refusedAt: morning,
      lineIsReal: true,
    });
    expect(checkDial(hard)).toEqual({ pass: true, evidence: { emergency: true } });
  });

  it('whoever obeys the gate never dials more often than it allows, whatever the wall clock does', () => {
    const step = fc.oneof(fc.integer({ min: 0, max: 8 * minute }), fc.integer({ min: -30 * minute, max: 0 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let now = morning;
        const dialled: number[] = [];
        for (const ms of steps) {
          now += ms;
          const always = { startMinute: 0, endMinute: 1440 };
          const answer = checkDial(facts({ now, rules: within(always), dialsToCallee: dialled }));
          if (answer.pass) dialled.push(now);
          else expect(Number(answer.details['nextAt'])).toBeGreaterThan(now);
        }
        for (const from of dialled) {
          expect(dialled.filter((other) => other >= from && other < from + 5 * minute).length).toBeLessThanOrEqual(3);
          expect(dialled.filter((other) => other >= from && other < from + 1440 * minute).length).toBeLessThanOrEqual(
            5,
          );
        }
      }),
    );
  });
});
