import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RawLog, type RawLogEntry } from './raw-log.ts';

const shown = (text: string): string | undefined => {
  const log = new RawLog();
  log.add(0, 'sent', text);
  return log.tail()[0]?.text;
};

describe('RawLog', () => {
  it('keeps the newest, oldest first, as many as are asked for', () => {
    const log = new RawLog(4);
    expect(log.tail()).toEqual([]);
    for (let n = 1; n <= 3; n += 1) log.add(n, 'received', `line ${n}`);
    expect(log.tail().map(({ mono }) => mono)).toEqual([1, 2, 3]);
    for (let n = 4; n <= 10; n += 1) log.add(n, 'received', `line ${n}`);
    expect(log.tail().map(({ mono }) => mono)).toEqual([7, 8, 9, 10]);
    expect(log.tail(2).map(({ mono }) => mono)).toEqual([9, 10]);
    expect(log.tail(0)).toEqual([]);
    expect(log.tail(99)).toHaveLength(4);
  });

  it.each([
    ['ATD15400000137;', 'ATD*********37;'],
    ['+CLCC: 1,0,0,0,0,"15400000137",129', '+CLCC: 1,0,0,0,0,"*********37",129'],
    ['+CLIP: "00310035003400300030",129', '+CLIP: "******************30",129'],
    ['+CLIP: "002B0038003600310035",145', '+CLIP: "******************35",145'],
    ['0791683108200505F0040B915104', '**************************04'],
    ['AT+CPIN="1234"', 'AT+CPIN=****'],
    ['AT+CPIN="12345678","1234"', 'AT+CPIN=****'],
    ['AT+CLCK="SC",1,"1234"', 'AT+CLCK=****'],
    ['AT+CPWD="SC","1234","4321"', 'AT+CPWD=****'],
    ['AT+CUSD=1,"1234",15', 'AT+CUSD=1,****'],
    ['AT+CUSD=2', 'AT+CUSD=2'],
    ['+CREG: 2,1,"1A2B","01C3D4E5",7', '+CREG: 2,1,"1A2B","01C3D4E5",7'],
  ])('shows %s as %s', (text, masked) => expect(shown(text)).toBe(masked));

  it('gives each new entry to listeners, masked, until they go', () => {
    const log = new RawLog();
    const seen: RawLogEntry[] = [];
    const first = log.onEntry((entry) => seen.push(entry));
    log.add(1, 'sent', 'ATD15400000137;');
    first.dispose();
    first.dispose();
    log.add(2, 'sent', 'AT');
    expect(seen).toEqual([{ mono: 1, direction: 'sent', text: 'ATD*********37;' }]);
    log.onEntry((entry) => seen.push(entry));
    log.add(3, 'note', 'abort');
    expect(seen).toHaveLength(2);
  });

  it('never shows seven digits in a row, wherever they stand', () => {
    const digits = fc.stringMatching(/^\d{7,20}$/);
    fc.assert(
      fc.property(fc.string(), digits, fc.string(), (before, number, after) => {
        expect(shown(`${before}${number}${after}`)).not.toMatch(/\d{7}/);
      }),
      { seed: 7 },
    );
  });
});
