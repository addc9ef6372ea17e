import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeGsm, decodeStrings, decodeUcs2, encodeUcs2 } from './charset.ts';
import { parseUssd } from './ussd.ts';

describe('+CUSD', () => {
  it.each([
    ['+CUSD: 0,"Balance: 36.50 yuan",15', 'done', 'Balance: 36.50 yuan'],
    ['+CUSD: 1,"1 Balance\n2 Traffic",15', 'reply-wanted', '1 Balance\n2 Traffic'],
    ['+CUSD: 2', 'ended', ''],
    ['+CUSD: 3', 'other-client', ''],
    ['+CUSD: 4', 'not-supported', ''],
    ['+CUSD: 5,,', 'timed-out', ''],
    ['+CUSD:0,"no blank",0', 'done', 'no blank'],
    ['+CUSD: 0,"without a scheme"', 'done', 'without a scheme'],
    ['+CUSD: 0,bare, with a comma,15', 'done', 'bare, with a comma'],
    ['+CUSD: 0,"a "word" quoted",15', 'done', 'a "word" quoted'],
    ['+CUSD: 0,"8BDD8D394F59989D0020003300360020514330020",72', 'done', '8BDD8D394F59989D0020003300360020514330020'],
    ['+CUSD: 0,"8BDD8D394F59989D002000330036",72', 'done', '话费余额 36'],
    ['+CUSD: 0,"8BDD8D394F59989D",17', 'done', '话费余额'],
    ['+CUSD: 0,"436166E9",68', 'done', 'Café'],
    ['+CUSD: 0,"\x02 5",15', 'done', '$ 5'],
  ])('reads %j', (line, mode, text) => {
    expect(parseUssd(line, 'GSM')).toEqual({ mode, text });
  });

  it('reads the default alphabet as UCS2 only while AT+CSCS="UCS2" is in force', () => {
    const line = '+CUSD: 0,"00340032",15';
    expect(parseUssd(line, 'UCS2')?.text).toBe('42');
    expect(parseUssd(line, 'GSM')?.text).toBe('00340032');
    expect(parseUssd(line, null)?.text).toBe('00340032');
  });

  it('is none for other lines and modes that nobody has defined', () => {
    for (const line of ['+CUSD: 9', '+CUSD: x', '+CUSD', '+CREG: 1']) expect(parseUssd(line, 'GSM')).toBeNull();
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('GSM', 'UCS2', null), (text, charset) => {
        parseUssd(`+CUSD: 0,${text}`, charset);
        parseUssd(`+CUSD: 1,"${text}",72`, charset);
        decodeStrings(`+CLCC: ${text}`);
      }),
      { seed: 7, numRuns: 1000 },
    );
  });
});

describe('UCS2 strings', () => {
  it('come back as they went', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        expect(decodeUcs2(encodeUcs2(text))).toBe(text);
      }),
      { seed: 7 },
    );
  });

  it.each([
    ['+CLCC: 1,0,0,0,0,"00310035003400300030003000300030003100330037",129', '"15400000137"'],
    ['+CLIP: "002B003800360031003500340030",145,,,"5F204E09",0', '"+861540",145,,,"张三"'],
    ['+CNUM: "672C673A","00310035003400300030",129', '"本机","15400"'],
    ['+COPS: 0,0,"4E2D56FD79FB52A8",7', '"中国移动"'],
  ])('%s', (line, strings) => {
    expect(decodeStrings(line)).toContain(strings);
  });

  it('leaves what a make did not encode, also when its digits would be hex', () => {
    for (const line of [
      '+CLCC: 1,0,0,0,0,"15400000137",129',
      '+CLCC: 1,0,0,0,0,"861380013800",129',
      '+CREG: 2,1,"1A2B1A2B","0C3D0C3D",7',
    ])
      expect(decodeStrings(line)).toBe(line);
  });
});

it('GSM 03.38 has letters where ASCII has controls', () => {
  expect(decodeGsm('\x02 3 \x03 4 \x11\x1e')).toBe('$ 3 ¥ 4 _ß');
});
