import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PhoneLogBatch, PhoneLogEntry } from '#shared/desk-contract/areas/phone.ts';
import { emptyLog, filterLines, lineText, lineTime, withBatch, type PhoneLog } from './phone-log.ts';

const line = (seq: number, part: Partial<PhoneLogEntry> = {}): PhoneLogEntry => ({
  seq,
  at: 0,
  mono: seq,
  modem: 1,
  slot: 1,
  direction: 'sent',
  text: 'AT',
  ...part,
});
const batch = (from: number, count: number, run = 'a', dropped = 0): PhoneLogBatch => ({
  run,
  dropped,
  entries: Array.from({ length: count }, (_, n) => line(from + n)),
});
const seqs = ({ lines }: PhoneLog): number[] => lines.map(({ seq }) => seq);

describe('the log of a window', () => {
  it('begins where the engine begins, and calls nothing left out that was said before', () => {
    const log = withBatch(emptyLog, batch(61, 3));
    expect(seqs(log)).toEqual([61, 62, 63]);
    expect(log.left).toBe(0);
  });

  it('does not show a line twice after a reconnect', () => {
    const log = withBatch(withBatch(emptyLog, batch(1, 4)), batch(2, 5));
    expect(seqs(log)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(log.left).toBe(0);
  });

  it('begins anew with another run of the engine', () => {
    const log = withBatch(withBatch(emptyLog, batch(500, 4)), batch(1, 2, 'b'));
    expect(seqs(log)).toEqual([1, 2]);
  });

  it('knows at any time how many lines it does not show, whatever was lost on the way', () => {
    const steps = fc.array(fc.record({ skip: fc.nat(30), count: fc.integer({ min: 1, max: 40 }) }), { minLength: 1 });
    fc.assert(
      fc.property(steps, (all) => {
        let log = withBatch(emptyLog, batch(1, 1));
        let next = 2;
        for (const { skip, count } of all) {
          log = withBatch(log, batch(next + skip, count), 50);
          next += skip + count;
        }
        expect(log.lines.length).toBeLessThanOrEqual(50);
        expect(log.left + log.lines.length).toBe(next - 1);
      }),
      { seed: 20_260_102 },
    );
  });

  it('is narrowed by slot and by text, without case', () => {
    const lines = [line(1), line(2, { slot: 2, text: '+CSQ: 23' }), line(3, { slot: null, text: 'port open' })];
    expect(filterLines(lines, { slot: null, text: ' ' })).toBe(lines);
    expect(filterLines(lines, { slot: 2, text: '' }).map(({ seq }) => seq)).toEqual([2]);
    expect(filterLines(lines, { slot: null, text: 'csq' }).map(({ seq }) => seq)).toEqual([2]);
    expect(filterLines(lines, { slot: 1, text: 'csq' })).toEqual([]);
  });

  it('is copied as the exported file writes it', () => {
    const at = new Date(2026, 0, 5, 9, 4, 7, 8).getTime();
    expect(lineTime(at)).toBe('09:04:07.008');
    expect(lineText(line(1, { at, direction: 'received', text: 'OK' }))).toBe('09:04:07.008 1/1 < OK');
    expect(lineText(line(1, { at, direction: 'note', slot: null, text: 'port open' }))).toBe(
      '09:04:07.008 1/- # port open',
    );
  });
});
