import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDial, defaultCallHours, type DialFacts } from './dial-gate.ts';
import { readNumber, readPbxNumber } from './phone-number.ts';

/** 10:00 in Beijing. */
const morning = Date.UTC(2026, 0, 5, 2, 0);
const minute = 60_000;
const facts = (change: Partial<DialFacts> = {}): DialFacts => ({
  number: readNumber('15400000137'),
  now: morning,
  callHours: defaultCallHours,
  dialsToCallee: [],
  lineIsReal: false,
  numberIsSample: true,
  ...change,
});
const at = (hour: number, min = 0): number => Date.UTC(2026, 0, 5, hour - 8, min);

describe('checkDial', () => {
  it('passes with what each rule saw', () => {
    expect(checkDial(facts({ dialsToCallee: [morning - minute, morning - 10 * minute] }))).toEqual({
      pass: true,
      evidence: {
        kind: 'mobile',
        hours: { from: '08:00', to: '21:00', now: '10:00' },
        'gate.too-frequent': 1,
        'gate.too-many-today': 2,
        sample: true,
        lineIsReal: false,
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
    expect(checkDial(facts({ now: at(23), callHours: night })).pass).toBe(true);
    expect(checkDial(facts({ now: at(12), callHours: night })).pass).toBe(false);
    expect(checkDial(facts({ now: at(0), callHours: { startMinute: 0, endMinute: 1440 } })).pass).toBe(true);
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

  it('keeps sample numbers off real lines only', () => {
    expect(checkDial(facts({ lineIsReal: true }))).toMatchObject({ code: 'gate.sample-data' });
    expect(checkDial(facts({ lineIsReal: true, numberIsSample: false })).pass).toBe(true);
  });

  it.each(['110', '119', '120', '122'])('lets %s pass against every rule', (typed) => {
    const dialsToCallee = Array.from({ length: 9 }, () => morning);
    const closed = { startMinute: 0, endMinute: 0 };
    const hard = facts({ number: readNumber(typed), dialsToCallee, callHours: closed, lineIsReal: true });
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
          const answer = checkDial(facts({ now, callHours: always, dialsToCallee: dialled }));
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
