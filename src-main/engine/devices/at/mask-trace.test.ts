import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskTrace } from './mask-trace.ts';
import { RawLog } from './raw-log.ts';

describe('a line of the trace', () => {
  it.each([
    ['a number that is dialled', 'ATD15400000137;', 'ATD*********37;'],
    ['a caller', '+CLIP: "+8615400000137",145,,,,0', '+CLIP: "+***********37",145,,,,0'],
    ['an ICCID', '+CCID: 89860012345678901234', '+CCID: ******************34'],
    ['an IMSI', '460001234567890', '*************90'],
    ['a PIN', 'AT+CPIN="1234"', 'AT+CPIN=****'],
    ['a PUK with its new PIN', 'AT+CPIN="12345678","4321"', 'AT+CPIN=****'],
    ['a password change', 'at+cpwd="SC","1234","5678"', 'at+cpwd=****'],
    ['a lock by PIN', 'AT+CLCK="SC",1,"1234"', 'AT+CLCK=****'],
    ['a key of a call', 'AT+VTS="5"', 'AT+VTS=*'],
    ['what is sent by USSD', 'AT+CUSD=1,"*100*1234#",15', 'AT+CUSD=1,****'],
    ['a balance', '+CUSD: 0,"Balance 12345.60 of 154-0000-0137",15', '+CUSD: 0,"Balance *****.** of ***-****-****",15'],
    ['a small balance', '+CUSD: 0,"Balance: 36.50 yuan",15', '+CUSD: 0,"Balance: **.** yuan",15'],
    [
      'a small balance of a second SIM stack',
      '+CUSDDS: 0,"Balance: 36.50 yuan",15',
      '+CUSDDS: 0,"Balance: **.** yuan",15',
    ],
    ['a number as UCS2', '+CNUM: ,"002B0038003600310035"', '+CNUM: ,"******************35"'],
  ])('hides %s', (_what, line, shown) => {
    expect(maskTrace(line)).toBe(shown);
  });

  it.each([
    'AT+CLCC',
    '+CLCC: 1,0,0,0,0',
    '+CSQ: 23,99',
    '+CME ERROR: 100',
    '+CREG: 2,1,"1A2B"',
    'JH5-1.0.0 SIMULATED',
  ])('shows %s as it is', (line) => {
    expect(maskTrace(line)).toBe(line);
  });

  it('never lets a run of seven digits pass, whatever stands around it', () => {
    const line = fc.array(
      fc.oneof(
        fc.stringMatching(/^\+?\d{1,22}$/),
        fc.string({ unit: 'binary', maxLength: 12 }),
        fc.constantFrom('ATD', '+CLIP: "', '",145', 'AT+CPIN="', '+CUSD: 0,"', ' ', '-', ';', ','),
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(line, (parts) => {
        const text = parts.join('');
        const masked = maskTrace(text);
        expect(masked).not.toMatch(/\d{5,}/);
        expect(masked.replace(/(?<=\d)[ -](?=\d)/g, '')).not.toMatch(/\d{7,}/);
      }),
      { seed: 20_260_101, numRuns: 2000 },
    );
  });

  it('is masked before anybody hears of it', () => {
    const log = new RawLog();
    const heard: string[] = [];
    const subscription = log.onEntry(({ text }) => heard.push(text));
    log.add(1.5, 'sent', 'ATD15400000137;');
    subscription.dispose();
    log.add(2, 'received', 'OK');
    expect(heard).toEqual(['ATD*********37;']);
    expect(log.tail().map(({ text }) => text)).toEqual(['ATD*********37;', 'OK']);
  });
});
