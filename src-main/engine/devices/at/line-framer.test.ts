import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineFramer } from './line-framer.ts';

function linesOf(chunks: readonly Uint8Array[], expectPrompt = false): string[] {
  const seen: string[] = [];
  const framer = new LineFramer({ line: (text) => seen.push(text), prompt: () => seen.push('<prompt>') });
  framer.expectPrompt = expectPrompt;
  for (const chunk of chunks) framer.feed(chunk);
  return seen;
}

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** What four makes and emulators send (research/hardware §0, §1.4): line ends differ, the lines are the same. */
const traces: readonly { name: string; text: string; lines: string[] }[] = [
  {
    name: 'V.250 with echo',
    text: 'AT+CLCC\r\r\n+CLCC: 1,0,0,0,0,"15400000137",129\r\n\r\nOK\r\n',
    lines: ['AT+CLCC', '+CLCC: 1,0,0,0,0,"15400000137",129', 'OK'],
  },
  { name: 'bare CR', text: '+CREG: 1\r%CTZV: 26/01/05\rOK\r', lines: ['+CREG: 1', '%CTZV: 26/01/05', 'OK'] },
  { name: 'CR CR LF', text: '\r\r\nRING\r\r\n\r\r\nNO CARRIER\r\r\n', lines: ['RING', 'NO CARRIER'] },
  { name: 'NUL after power-up', text: '\0\0\r\nR\0DY\r\n\0', lines: ['RDY'] },
  { name: 'latin1', text: '\r\n+COPS: 0,0,"Caf\xe9",7\r\n', lines: ['+COPS: 0,0,"Café",7'] },
];

describe('LineFramer', () => {
  it.each(traces)('reads $name', ({ text, lines }) => {
    expect(linesOf([bytesOf(text)])).toEqual(lines);
  });

  it('gives the same lines however the bytes are chunked', () => {
    const trace = fc.constantFrom(...traces.map(({ text }) => bytesOf(text)));
    fc.assert(
      fc.property(fc.array(trace, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 40 })), (parts, cuts) => {
        const all = new Uint8Array(Buffer.concat(parts));
        const chunks: Uint8Array[] = [];
        let at = 0;
        for (const cut of [...cuts, all.length]) {
          chunks.push(all.subarray(at, at + cut));
          at += cut;
        }
        expect(linesOf(chunks)).toEqual(linesOf([all]));
      }),
    );
  });

  it('sees a prompt only where one is expected, also when it comes in two pieces', () => {
    expect(linesOf([bytesOf('\r\n>'), bytesOf(' ')], true)).toEqual(['<prompt>']);
    expect(linesOf([bytesOf('\r\n> \r\n')])).toEqual(['> ']);
  });

  it('caps an endless line at 8 KiB and goes on with the next', () => {
    const lines = linesOf([bytesOf('x'.repeat(20_000)), bytesOf('\r\nOK\r\n')]);
    expect(lines.map((line) => line.length)).toEqual([8192, 2]);
  });

  it('survives 100,000 lines of noise with every printable line in its place', () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
    const expected: string[] = [];
    let text = '';
    for (let n = 0; n < 100_000; n += 1) {
      const line = `L${n}${String.fromCharCode(33 + Math.floor(random() * 220))}`;
      expected.push(line);
      text += line + ['\r', '\n', '\r\n', '\r\r\n', '\r\n\0\r\n'][Math.floor(random() * 5)];
    }
    const all = bytesOf(text);
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < all.length;) {
      const size = 1 + Math.floor(random() * 700);
      chunks.push(all.subarray(at, at + size));
      at += size;
    }
    expect(linesOf(chunks)).toEqual(expected);
  });
});
