import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallRow } from '../at/answers.ts';
import { parseCallReport } from '../at/call-reports.ts';
import { nextLine } from './line-machine.ts';
import { nextLookMs } from './line-pace.ts';
import { emptyLine, type Instant, type Line, type LineInput, type LineRules } from './line-state.ts';

const number = '15400000137';
const caller = '15400000999';
const other = '15400000555';
const t = (mono: number): Instant => ({ mono, wall: mono });

describe('line machine, model', () => {
  const statuses: readonly CallRow['status'][] = [
      'active', 'held', 'dialing', 'alerting', 'incoming', 'waiting', 'released',
    ]; // prettier-ignore
  const numbers = fc.constantFrom(number, caller, other, null);
  const row: fc.Arbitrary<CallRow> = fc.record({
    index: fc.integer({ min: 1, max: 3 }),
    outgoing: fc.boolean(),
    status: fc.constantFrom(...statuses),
    mode: fc.constant(0),
    number: numbers,
  });
  const id = fc.constantFrom('c1', 'c2', 'incoming-1', 'incoming-2');
  const lines = [
      'RING', '+CRING: VOICE', `+CLIP: "${caller}",129`, `+CCWA: "${other}",129,1`, 'NO CARRIER', 'BUSY', 'NO ANSWER',
      `^DSCI: 1,0,3,0,${number},129`, `^DSCI: 2,1,6,0,${caller},129`, '+QIND: "ccinfo",1,0,-1,0,0,"",129',
      '^CONN: 1,0', '^CEND: 1,12,104,16', 'VOICE CALL: BEGIN', 'VOICE CALL: END: 000012', '+CSSU: 2',
    ]; // prettier-ignore
  type Make = (at: Instant, later: Instant) => LineInput;
  const make: fc.Arbitrary<Make> = fc.oneof(
    fc.record({ id, to: fc.constantFrom(number, other) }).map(({ id, to }): Make => (at) => ({
      type: 'dial',
      id,
      number: to,
      at,
    })),
    id.map((id): Make => (at) => ({ type: 'dial-accepted', id, at })),
    id.map((id): Make => (at) => ({ type: 'dial-refused', id, cause: 'busy', at })),
    id.map((id): Make => (at) => ({ type: 'dial-cancelled', id, at })),
    id.map((id): Make => (at) => ({ type: 'answer-accepted', id, at })),
    id.map((id): Make => () => ({ type: 'hang-up-asked', id })),
    id.map((id): Make => (at) => ({ type: 'hang-up-accepted', id, at })),
    id.map((id): Make => () => ({ type: 'cause-read', id, cause: null })),
    fc.record({ id, row, to: numbers }).map(({ id, row, to }): Make => (at) => ({
      type: 'adopt',
      id,
      row,
      number: to,
      at,
    })),
    fc.boolean().map((refused): Make => (at) => ({ type: 'list-failed', refused, at })),
    {
      weight: 6,
      arbitrary: fc.array(row, { maxLength: 3 }).map((rows): Make => (asked, answered) => ({
        type: 'list',
        rows,
        asked,
        answered,
      })),
    },
    {
      weight: 4,
      arbitrary: fc.constantFrom(...lines).map((text): Make => (at) => {
        const report = parseCallReport(text, [0]);
        return report ? { type: 'report', report, at } : { type: 'list-failed', refused: false, at };
      }),
    },
    fc.constantFrom('device-lost', 'device-reset').map((cause): Make => (at) => ({ type: 'lost', cause, at })),
  );

  /** What was told of each call, and whether the rules of research/hardware §5 hold after every step. */
  function run(rules: LineRules, makes: readonly { make: Make; afterMs: number; tookMs: number }[]): void {
    let state = emptyLine(rules);
    let now = 0;
    const alive = new Set<string>();
    const answered = new Set<string>();
    for (const { make, afterMs, tookMs } of makes) {
      const at = t((now += afterMs));
      const input = make(at, t((now += tookMs)));
      const before = state;
      const step = nextLine(state, input);
      state = step.line;
      if (input.type === 'dial' || input.type === 'adopt') {
        if (!before.calls.some((call) => call.id === input.id)) {
          alive.add(input.id);
          answered.delete(input.id);
        }
      }
      for (const output of step.outputs) {
        if (output.type === 'incoming') alive.add(output.id);
        if (output.type !== 'event') continue;
        const { event, stamp } = output;
        expect(alive.has(output.id)).toBe(true); // nothing is told of a call that is over
        expect(stamp.mono).toBeLessThanOrEqual(now);
        expect(stamp.precisionMs).toBeGreaterThanOrEqual(0);
        if (event.type === 'answered') {
          expect(answered.has(output.id)).toBe(false); // rule 2
          expect(input.type).not.toBe('dial-accepted'); // never on ATD's OK
          expect(['list', 'adopt', 'answer-accepted']).toContain(input.type); // the list is the truth
          answered.add(output.id);
        }
        if (event.type === 'ended') {
          alive.delete(output.id); // rule 1: a second end would fail above
          answered.delete(output.id);
          checkEnd(
            input,
            event.cause,
            before.calls.find((call) => call.id === output.id),
          );
        }
      }
      expect(new Set(state.calls.map((call) => call.id)).size).toBe(state.calls.length);
      for (const call of state.calls) expect(call.answered && call.phase === 'placing').toBe(false);
      if (state.calls.some((call) => call.phase !== 'placing' && !call.closing))
        expect(nextLookMs(state, at, 10)).toBeGreaterThan(0); // never left unwatched
    }
    // Rule 3 as a promise: three good empty lists, far enough apart, leave nothing but what is not placed yet.
    for (let n = 0; n < 4; n += 1) {
      now += 11_000;
      state = nextLine(state, { type: 'list', rows: [], asked: t(now), answered: t(now) }).line;
    }
    for (const call of state.calls) expect(call.phase === 'placing' || call.closing !== null).toBe(true);
  }

  function checkEnd(input: LineInput, cause: string, call: Line['calls'][number] | undefined): void {
    if (call?.hangUpAsked) expect(cause).toBe('local-hang-up'); // rule 5
    if (cause === 'local-hang-up') expect(call?.hangUpAsked === true || input.type === 'dial-cancelled').toBe(true);
    // Rule 4: a word alone ends nothing; rule 3: a failed look neither, unless the modem has no list or no bell.
    expect(['list', 'list-failed', 'cause-read', 'lost', 'dial-cancelled']).toContain(input.type);
    if (input.type === 'list-failed' && call) expect(call.seen === null || input.refused).toBe(true);
  }

  it('keeps rules 1–5 in 3,000 runs of inputs in any order', () => {
    fc.assert(
      fc.property(
        fc.record({ reportsName: fc.boolean(), showsAnswers: fc.boolean() }),
        fc.array(fc.record({ make, afterMs: fc.nat({ max: 3000 }), tookMs: fc.nat({ max: 400 }) }), {
          maxLength: 40,
        }),
        run,
      ),
      { numRuns: 3000 }, // on failure fast-check prints seed and path of the shortest run
    );
  }, 60_000);
});
