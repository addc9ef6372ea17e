import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as parse from './answers.ts';
import { parseFinal } from './final-results.ts';
import { parseAtLine, splitFields } from './tokenizer.ts';
import { ReportJoiner } from './report-joiner.ts';
import { parseUrc } from './urc-router.ts';

describe('splitFields', () => {
  it('keeps commas inside quotes and tells quoted from bare', () => {
    expect(splitFields('1, 0,"a,b",,128')).toEqual([
      { text: '1', quoted: false },
      { text: '0', quoted: false },
      { text: 'a,b', quoted: true },
      { text: '', quoted: false },
      { text: '128', quoted: false },
    ]);
  });

  it('gives back what was joined', () => {
    const field = fc.record({ text: fc.stringMatching(/^[ -!#-+\--~]*$/), quoted: fc.constant(true) });
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 9 }), (fields) => {
        expect(splitFields(fields.map(({ text }) => `"${text}"`).join(','))).toEqual(fields);
      }),
    );
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        parseAtLine(text);
        parse.parseCallRow(`+CLCC: ${text}`);
        parseFinal(text, true);
        parseUrc(text);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('typed answers', () => {
  it('reads +CLCC with quoted, bare and missing numbers', () => {
    expect(parse.parseCallRow('+CLCC: 1,0,3,0,0,"15400000137",129,"Zhang, San"')).toEqual({
      index: 1,
      outgoing: true,
      status: 'alerting',
      mode: 0,
      number: '15400000137',
    });
    expect(parse.parseCallRow('+CLCC: 2,1,4,0,0')).toMatchObject({ outgoing: false, status: 'incoming', number: null });
    expect(parse.parseCallRow('+CLCC: 1,0,0,1,0,15400000137,129')).toMatchObject({ mode: 1, number: '15400000137' });
    expect(parse.parseCallRow('+CLCC: 1,0,x')).toBeNull();
    expect(parse.parseCallRow('+CLCC: 1,0,9,0,0')).toBeNull();
  });

  it.each([
    ['+CSQ: 31,99', 4],
    ['+CSQ: 14,0', 3],
    ['+CSQ: 2,0', 1],
    ['+CSQ: 0,0', 0],
    ['+CSQ: 99,99', null],
  ])('turns %s into bars', (line, bars) => expect(parse.parseSignalBars(line)).toBe(bars));

  it('reads the card: PIN state, tries, ICCID with padding, own number, operator', () => {
    expect(parse.parsePinState('+CPIN: "READY"')).toBe('ready');
    expect(parse.parsePinState('+CPIN: SIM PUK')).toBe('puk-required');
    expect(parse.parsePinState('+CPIN: PH-NET PIN')).toBeNull();
    expect(parse.parsePinTries(['+CPINR: SIM PUK,10,10', '+CPINR: SIM PIN,2,3'])).toBe(2);
    expect(parse.parsePinTries(['+QPINC: "SC",3,10'])).toBe(3);
    expect(parse.parsePinTries(['+SPIC: 1,10,3,10'])).toBe(1);
    expect(parse.parseIccid(['+CCID: "8986002600000101010F"'])).toBe('8986002600000101010');
    expect(parse.parseIccid(['89860026000001010101'])).toBe('89860026000001010101');
    expect(parse.parseIccid(['ERROR'])).toBeNull();
    expect(parse.parseOwnNumber(['+CNUM: "","15400000101",129'])).toBe('15400000101');
    expect(parse.parseOperator('+COPS: 0,0,"CHINA MOBILE",7')).toBe('CHINA MOBILE');
    expect(parse.parseOperator('+COPS: 0')).toBeNull();
    expect(parse.parseIdentity(['+CGMM: "JH-5 SIM"'])).toBe('JH-5 SIM');
    expect(parse.parseSlot(['+JHSLOT: 3'], null)).toBe(3);
    expect(parse.parseSlot(['+JHSLOT: 1,4', '+JHSLOT: 2,3'], 2)).toBe(3);
    expect(parse.parseSlot(['+JHSLOT: 1,4'], 2)).toBeNull();
    expect(parse.parseSlot(['+JHSLOT: 0'], null)).toBeNull();
  });
});

describe('final results and reports', () => {
  it('reads words, numbers only on request, CME as number and as text', () => {
    expect(parseFinal('OK')).toEqual({ kind: 'ok' });
    expect(parseFinal('0')).toBeNull();
    expect(parseFinal('0', true)).toEqual({ kind: 'ok' });
    expect(parseFinal('7', true)).toEqual({ kind: 'call', word: 'BUSY' });
    expect(parseFinal('NO DIAL TONE')).toEqual({ kind: 'call', word: 'NO DIALTONE' });
    expect(parseFinal('+CME ERROR: 30')).toMatchObject({ kind: 'error', cme: 30 });
    expect(parseFinal('+CME ERROR: SIM not inserted')).toMatchObject({ kind: 'error', cme: 10 });
    expect(parseFinal('+CMS ERROR: 500')).toMatchObject({ kind: 'error', cme: null });
    expect(parseFinal('COMMAND NOT SUPPORT')).toMatchObject({ kind: 'error' });
  });

  it('knows reports by prefix and lets plain lines be', () => {
    expect(parseUrc('NO CARRIER')).toEqual({ kind: 'call', line: 'NO CARRIER', end: 'NO CARRIER', stack: 1 });
    expect(parseUrc('^DSCI: 1,0,3,0,15400000137,129')).toMatchObject({ kind: 'call', end: null });
    expect(parseUrc('+QIND: "ccinfo",1,0,3,0,0,"15400000137",129')).toMatchObject({ kind: 'call' });
    expect(parseUrc('+QIND: PB DONE')).toMatchObject({ kind: 'other' });
    for (const line of ['RDY', 'SYSSTART', '^SYSSTART', '*ATREADY: 1'])
      expect(parseUrc(line)).toMatchObject({ kind: 'restart' });
    expect(parseUrc('RDYX')).toBeNull();
    expect(parseUrc('Jinhu')).toBeNull();
  });

  it('joins reports that span lines: a message that reads OK, a USSD text with line ends', () => {
    const seen: string[] = [];
    const joiner = new ReportJoiner(
      (line) => seen.push(line),
      () => 0,
    );
    for (const line of ['+CMT: "15400000137",,"26/01/05"', 'OK', '+CUSD: 0,"balance', '12 yuan",15', 'OK'])
      joiner.push(line);
    expect(seen).toEqual(['+CMT: "15400000137",,"26/01/05"\nOK', '+CUSD: 0,"balance\n12 yuan",15', 'OK']);
  });
});
