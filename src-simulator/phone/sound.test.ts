import { describe, expect, it } from 'vitest';
import { openTerminal, type Terminal } from './test-terminal.ts';
import { levels } from '../network/test-voices.ts';

const number = '15400009980';
const agent = levels['agent-talk'];

interface SoundTerminal extends Terminal {
  /** PCM frames from the phone, as pairs of samples. */
  readonly frames: { at: number; far: number[]; sent: number[]; bytes: number }[];
  /** One host frame of a constant level. */
  feed(level: number): void;
}

function soundTerminal(options: Parameters<typeof openTerminal>[0] = {}): SoundTerminal {
  const terminal = openTerminal(options);
  const frames: SoundTerminal['frames'] = [];
  const pcm = terminal.phone.modems[0]?.pcm;
  pcm?.onData((bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const samples = Array.from({ length: bytes.length / 2 }, (_, i) => view.getInt16(2 * i, true));
    const side = (odd: number): number[] => samples.filter((_, i) => i % 2 === odd);
    frames.push({ at: terminal.clock.mono(), far: side(0), sent: side(1), bytes: bytes.length });
  });
  terminal.ask('ATE0;+CMEE=1;+QPCMV=1,0');
  const feed = (level: number): void => pcm?.write(new Uint8Array(new Int16Array(160).fill(level).buffer));
  return Object.assign(terminal, { frames, feed });
}

/** The heard samples as runs of one level: [level, count]. */
function runs(samples: Int16Array): [number, number][] {
  const list: [number, number][] = [];
  for (const sample of samples) {
    const last = list.at(-1);
    if (last?.[0] === sample) last[1] += 1;
    else list.push([sample, 1]);
  }
  return list;
}

describe('PCM port', () => {
  it('carries nothing before the answer, then 640 bytes each 20 ms without drift', () => {
    const terminal = soundTerminal();
    terminal.ask(`ATD15400009982;`, 1999);
    expect(terminal.frames).toEqual([]);
    terminal.pass(1);
    const answered = terminal.phone.calls[0]?.answeredAt ?? 0;
    terminal.pass(10_000);
    expect(terminal.frames).toHaveLength(500);
    expect(terminal.frames.every((frame, n) => frame.at === answered + 20 * (n + 1) && frame.bytes === 640)).toBe(true);
    expect(terminal.phone.farParty('15400009982').heard.frameTimes).toHaveLength(500);
  });

  it('makes up for a timer that comes late, and not for a machine that slept', () => {
    const terminal = soundTerminal();
    const { clock } = terminal;
    const plain = clock.after.bind(clock);
    terminal.ask(`ATD${number};`, 100);
    let extra = 0;
    clock.after = (ms, fn) => plain(ms + extra, fn);
    terminal.frames.length = 0;
    extra = 35;
    terminal.pass(2000);
    expect(Math.abs(terminal.frames.length - 100)).toBeLessThanOrEqual(2);
    extra = 60_000;
    terminal.pass(60);
    extra = 0;
    terminal.frames.length = 0;
    terminal.pass(60_000);
    expect(terminal.frames.length).toBeLessThan(10);
  });

  it('has the far party left and what is really sent right', () => {
    const terminal = soundTerminal();
    terminal.ask(`ATD${number};`, 200 + 300);
    const frame = terminal.frames.at(-1);
    expect(new Set(frame?.far)).toEqual(new Set([levels['customer-greeting']]));
    expect(new Set(frame?.sent)).toEqual(new Set([agent]));
  });

  it('is mono when it is of such a make, and silent when not opened', () => {
    const mono = soundTerminal({ modem: { pcmLayout: 'mono-far' } });
    mono.ask(`ATD${number};`, 500);
    expect(mono.frames.every((frame) => frame.bytes === 320)).toBe(true);
    const closed = soundTerminal();
    closed.ask('AT+QPCMV=0');
    closed.ask(`ATD${number};`, 500);
    expect(closed.frames).toEqual([]);
    closed.ask('AT+QPCMV=1,0');
    closed.pass(100);
    expect(closed.frames.length).toBeGreaterThan(4);
  });

  it('closes itself with the call and must be opened again', () => {
    const terminal = soundTerminal();
    terminal.ask(`ATD${number};`, 200);
    expect(terminal.ask('AT+QPCMV?')).toContain('+QPCMV: 1,0');
    terminal.ask('AT+CHUP');
    expect(terminal.ask('AT+QPCMV?')).toContain('+QPCMV: 0');
  });

  it('lets announcements through before the answer when it is of such a make', () => {
    const terminal = soundTerminal({ modem: { earlyMedia: true } });
    terminal.ask('ATD15400009992;', 200);
    expect(terminal.frames.length).toBeGreaterThan(5);
    expect(Math.max(...terminal.frames.flatMap((frame) => frame.far))).toBeGreaterThan(7000);
    expect(terminal.phone.farParty('15400009992').heard.samples).toHaveLength(0);
  });
});

describe('what the customer hears', () => {
  it('is the handset by default, and silence when it is muted', () => {
    const terminal = soundTerminal();
    terminal.ask(`ATD${number};`, 100);
    terminal.ask('AT+CMUT=1', 1 + 40);
    terminal.ask('AT+CMUT=0', 1 + 40);
    const heard = runs(terminal.phone.farParty(number).heard.samples);
    expect(heard.map(([level]) => level)).toEqual([agent, 0, agent]);
  });

  it('is the PCM port from AT+JHUPL=1 on, silence when that starves, and the handset from JHUPL=0 on: sample by sample', () => {
    const terminal = soundTerminal();
    terminal.ask('ATD15400009982;', 1000);
    terminal.ask('AT+JHUPL=1', 1000);
    expect(terminal.frames).toEqual([]);
    for (let n = 0; n < 5; n += 1) {
      terminal.feed(500 + n);
      terminal.pass(20);
    }
    terminal.pass(40);
    terminal.feed(700);
    terminal.feed(701);
    terminal.feed(702);
    terminal.pass(20);
    terminal.type('AT+JHUPL=0\r');
    terminal.pass(60);
    terminal.feed(800);
    terminal.pass(40);
    expect(runs(terminal.phone.farParty('15400009982').heard.samples)).toEqual([
      ...[500, 501, 502, 503, 504].map((level) => [level, 160]),
      [0, 320],
      [700, 160],
      [agent, 800],
    ]);
  });

  it('keeps at most three frames of a host that hurries; the oldest go', () => {
    const terminal = soundTerminal();
    terminal.ask(`ATD${number};`, 60);
    terminal.ask('AT+JHUPL=1', 1);
    const before = terminal.phone.farParty(number).heard.samples.length;
    for (let n = 1; n <= 5; n += 1) terminal.feed(n);
    terminal.pass(100);
    const after = terminal.phone.farParty(number).heard.samples.slice(before);
    expect(runs(after).slice(0, 4)).toEqual([
      [3, 160],
      [4, 160],
      [5, 160],
      [0, 320],
    ]);
  });

  it('takes host frames cut anywhere', () => {
    const terminal = soundTerminal();
    terminal.ask(`ATD${number};`, 60);
    terminal.ask('AT+JHUPL=1', 1);
    const before = terminal.phone.farParty(number).heard.samples.length;
    const bytes = new Uint8Array(new Int16Array(320).map((_, i) => i).buffer);
    for (let at = 0; at < bytes.length; at += 7) terminal.phone.modems[0]?.pcm.write(bytes.slice(at, at + 7));
    terminal.pass(40);
    expect([...terminal.phone.farParty(number).heard.samples.slice(before)]).toEqual(
      Array.from({ length: 320 }, (_, i) => i),
    );
  });

  it('begins with the handset at each call; the port cannot be chosen without one', () => {
    const terminal = soundTerminal();
    expect(terminal.ask('AT+JHUPL=1')).toBe('\r\n+CME ERROR: 3\r\n');
    expect(terminal.ask('AT+JHUPL=0')).toBe('\r\nOK\r\n');
    terminal.ask(`ATD${number};`, 100);
    terminal.ask('AT+JHUPL=1');
    terminal.ask('AT+CHUP');
    terminal.ask(`ATD${number};`, 100);
    expect(terminal.ask('AT+JHUPL?')).toContain('+JHUPL: 0');
  });
});

describe('far parties', () => {
  it('greets, keeps quiet while spoken to, and replies at the pause', () => {
    const terminal = soundTerminal();
    terminal.ask('ATD15400009982;', 100);
    terminal.ask('AT+JHUPL=1', 1900);
    const speak = (frames: number): void => {
      for (let n = 0; n < frames; n += 1) {
        terminal.feed(2000);
        terminal.pass(20);
      }
    };
    terminal.pass(1500);
    speak(100);
    const said = (): number => Math.max(...terminal.frames.splice(0).flatMap((frame) => frame.far));
    expect(said()).toBe(levels['customer-greeting']);
    speak(20);
    expect(said()).toBe(0);
    terminal.pass(1500);
    expect(said()).toBe(levels['customer-reply-1']);
  });

  it('hangs up after having heard enough', () => {
    const terminal = soundTerminal();
    terminal.ask('ATD15400009996;', 10_000);
    expect(terminal.phone.calls[0]).toMatchObject({ state: 'ended', endedBy: 'remote', cause: 16 });
    const talk = (terminal.phone.calls[0]?.endedAt ?? 0) - (terminal.phone.calls[0]?.answeredAt ?? 0);
    // The handset's sample speaks 1 s and pauses 1.5 s in turn: the third second of speech ends after 6 s.
    expect(talk).toBe(6000);
  });
});
