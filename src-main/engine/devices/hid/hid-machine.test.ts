import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allOff, freshHid, nameOf, readReport, showLights, type HidBehaviour, type HidState, type Lights } from './hid-machine.ts'; // prettier-ignore
import { parseReportDescriptor } from './report-descriptor.ts';
import { readTelephonyLayout, type TelephonyLayout } from './telephony.ts';
import {
  buttonPad,
  conferenceCamera,
  hex,
  phoneWithKeypad,
  speakerphone,
  telephonyHeadset,
} from './testing/descriptors.ts';

const layoutOf = (text: string): TelephonyLayout => {
  const parsed = parseReportDescriptor(hex(text));
  if (!parsed.ok) throw new Error(parsed.error);
  return readTelephonyLayout(parsed.value);
};
const headset = layoutOf(telephonyHeadset);
const phone = layoutOf(phoneWithKeypad);
const plain: HidBehaviour = { echoMs: 500, doublePressMs: 100, hookSpringsBack: false };

/** A device in a test's hands: reports in, keys out, time by hand. */
class Bench {
  now = 0;
  state: HidState = freshHid;
  readonly keys: string[] = [];
  readonly layout: TelephonyLayout;
  readonly behaviour: HidBehaviour;

  constructor(layout = headset, behaviour = plain) {
    this.layout = layout;
    this.behaviour = behaviour;
  }

  report(...bytes: number[]): this {
    const { state, events } = readReport(this.layout, this.behaviour, this.state, Uint8Array.from(bytes), this.now);
    this.state = state;
    this.keys.push(
      ...events.map((event) => (event.key === 'hook' ? `hook ${event.up ? 'up' : 'down'}` : nameOf(event))),
    );
    return this;
  }

  lights(change: Partial<Lights>): number[][] {
    const { state, reports } = showLights(this.layout, this.behaviour, this.state, { ...allOff, ...change }, this.now);
    this.state = state;
    return reports.map((report) => [...report]);
  }

  after(ms: number): this {
    this.now += ms;
    return this;
  }
}

/** Report 2 of the headset: bits as research/hardware 2.2 names them, keypad code 0x0F = none of them. */
const none = 0x0f << 7;
const bits = (low: number, keypad = 0x0f): [number, number, number] => {
  const word = (low & 0x7f) | (keypad << 7);
  return [2, word & 0xff, word >> 8];
};

describe('readTelephonyLayout', () => {
  it('finds keys, lights and the size of whole reports', () => {
    expect(headset.controls.map(({ name, kind, index }) => `${name} ${kind} ${index}`)).toEqual([
      'hook level 0',
      'mute pulse 0',
      'flash pulse 0',
      'redial pulse 0',
      'speed-dial pulse 0',
      'button pulse 7',
      'keypad array 0',
    ]);
    expect(headset.lights.map(({ name, offset }) => `${name} ${offset}`)).toEqual([
      'off-hook 0',
      'mute 1',
      'ring 2',
      'hold 3',
      'ring 5',
    ]);
    expect([...headset.outputBytes]).toEqual([[2, 2]]);
    expect(phone.controls.filter(({ name }) => name === 'button').map(({ index }) => index)).toEqual([1, 2, 3, 4]);
  });
});

describe('published devices', () => {
  it('Anker PowerConf: keys that are marked constant are keys', () => {
    const layout = layoutOf(speakerphone);
    expect(layout.controls.map(({ name, offset }) => `${name} ${offset}`)).toEqual([
      'hook 0', 'mute 2', 'flash 3', 'speed-dial 5',
    ]); // prettier-ignore
    const bench = new Bench(layout).report(2, 0).report(1, 0xff).report(2, 1).report(2, 5).report(2, 0);
    expect(bench.keys).toEqual(['hook up', 'mute', 'hook down']);
    expect(bench.lights({ 'off-hook': true, mute: true })).toEqual([[2, 0b11]]);
  });

  it('a conference camera: each light has an output report of its own, written only when it changes', () => {
    const layout = layoutOf(conferenceCamera);
    expect(layout.controls.map(({ name }) => name)).toEqual(['hook', 'line', 'mute', 'flash', 'redial', 'button']);
    const bench = new Bench(layout);
    expect(bench.lights({ ring: true })).toEqual([[0x18, 1]]);
    expect(bench.lights({ 'off-hook': true })).toEqual([[0x17, 1], [0x18, 0]]); // prettier-ignore
    expect(bench.lights({})).toEqual([[0x17, 0]]);
  });

  it('Microsoft Game Voice: no report ids, buttons 17 to 24, no hook and no light', () => {
    const layout = layoutOf(buttonPad);
    expect([layout.usesReportIds, layout.lights.length, layout.outputBytes.size]).toEqual([false, 0, 0]);
    const bench = new Bench(layout).report(0).report(0b1000_0001).after(500).report(0).report(2);
    expect(bench.keys).toEqual(['button-17', 'button-24', 'button-18']);
    expect(bench.lights({ ring: true })).toEqual([]);
  });
});

describe('shapes of a key', () => {
  it('a signed pair of bits tells up and down by itself (On/Off Control, relative)', () => {
    const bench = new Bench(layoutOf('050B 0905 A101 15FF 2501 7502 9501 0920 8106 7506 8101 C0'));
    for (const value of [0, 1, 0, 1, 0, 3, 0, 3, 0]) bench.after(300).report(value);
    expect(bench.keys).toEqual(['hook up', 'hook down']);
  });

  it('an array names any key by its number', () => {
    const bench = new Bench(layoutOf('050B 0901 A101 1501 2503 7508 9501 092F 0924 0926 8100 C0'));
    for (const value of [0, 1, 0, 3, 2, 9]) bench.after(300).report(value);
    expect(bench.keys).toEqual(['mute', 'drop', 'redial']);
  });

  it('one usage over a byte of bits is one hook, and its idle bits do not put it down', () => {
    const bench = new Bench(layoutOf('050B 0901 A101 1500 2501 7501 9508 0920 8102 C0'));
    expect(bench.report(0).report(1).report(1).keys).toEqual(['hook up']);
  });

  it('a hook in two reports stands where it was moved last', () => {
    const bench = new Bench(layoutOf('050B 0901 A101 1500 2501 7501 9508 8501 0920 8102 8502 0920 8102 C0'));
    expect(bench.report(1, 1).report(2, 0).report(1, 1).report(2, 0).keys).toEqual([]);
    expect(bench.report(1, 0).keys).toEqual(['hook down']);
  });
});

describe('case 34: what a report means', () => {
  it('the first report is what is, not what happens: on-hook at the start is no hang-up, off-hook no dial', () => {
    expect(new Bench().report(...bits(1)).keys).toEqual([]);
    expect(new Bench().report(...bits(0)).keys).toEqual([]);
    expect(new Bench().report(...bits(1)).report(...bits(0)).keys).toEqual(['hook down']);
  });

  it('the echo of our own off-hook light is nobody; later, or the other way round, it is a person', () => {
    const bench = new Bench().report(...bits(0));
    bench.lights({ 'off-hook': true });
    expect(bench.after(200).report(...bits(1)).keys).toEqual([]);
    expect(bench.after(100).report(...bits(0)).keys).toEqual(['hook down']);
    bench.lights({});
    expect(bench.after(700).report(...bits(1)).keys).toEqual(['hook down', 'hook up']);
  });

  it('a hook report that changes nothing is nothing, however often it comes', () => {
    const bench = new Bench().report(...bits(0)).report(...bits(1));
    for (let n = 0; n < 5; n += 1) bench.after(2000).report(...bits(1));
    expect(bench.keys).toEqual(['hook up']);
  });

  it('one press that reports twice is one press; the same key later is another', () => {
    const bench = new Bench()
      .report(...bits(0))
      .report(...bits(0x04))
      .after(20)
      .report(...bits(0));
    bench
      .after(20)
      .report(...bits(0x04))
      .report(...bits(0));
    expect(bench.keys).toEqual(['mute']);
    expect(bench.after(300).report(...bits(0x04)).keys).toEqual(['mute', 'mute']);
  });

  it('a make that repeats its presses after two seconds is told apart by its rule', () => {
    const bench = new Bench(headset, { ...plain, doublePressMs: 2100 }).report(...bits(0));
    bench
      .report(...bits(0x04))
      .report(...bits(0))
      .after(2000)
      .report(...bits(0x04))
      .report(...bits(0));
    expect(bench.keys).toEqual(['mute']);
  });

  it('such a rule leaves the keypad alone: 00 is two digits', () => {
    const bench = new Bench(headset, { ...plain, doublePressMs: 2100 }).report(...bits(0));
    for (const code of [0, 0x0f, 0, 0x0f]) bench.after(150).report(...bits(0, code));
    expect(bench.keys).toEqual(['keypad-0', 'keypad-0']);
  });

  it('a hook that springs back toggles: the second press hangs up', () => {
    const bench = new Bench(headset, { ...plain, hookSpringsBack: true }).report(...bits(0));
    bench
      .report(...bits(1))
      .after(40)
      .report(...bits(0));
    expect(bench.keys).toEqual(['hook up']);
    bench.lights({ 'off-hook': true });
    bench
      .after(3000)
      .report(...bits(1))
      .after(40)
      .report(...bits(0));
    expect(bench.keys).toEqual(['hook up', 'hook down']);
    // The far side hung up: the next press is a wish to answer again.
    bench.lights({});
    expect(
      bench
        .after(3000)
        .report(...bits(1))
        .keys.at(-1),
    ).toBe('hook up');
  });

  it('keys of a keypad, and the null state between them', () => {
    const bench = new Bench().report(...bits(0));
    for (const code of [5, 0x0f, 5, 10, 11]) bench.after(200).report(...bits(0, code));
    expect(bench.keys).toEqual(['keypad-5', 'keypad-5', 'keypad-*', 'keypad-#']);
    expect(none).toBe(0x780);
  });

  it('report ids keep devices with several reports apart, and a short report says nothing of its missing part', () => {
    const bench = new Bench(phone).report(1, 0, 0).report(3, 0).report(3, 0x02).report(1, 0x01, 0).report(1);
    expect(bench.keys).toEqual(['button-2', 'hook up']);
  });

  it('never throws, and a device cannot say more than it has keys for', () => {
    const run = fc.array(fc.tuple(fc.nat({ max: 3000 }), fc.uint8Array({ maxLength: 5 })), { maxLength: 40 });
    fc.assert(
      fc.property(run, fc.boolean(), (reports, hookSpringsBack) => {
        const bench = new Bench(phone, { ...plain, hookSpringsBack });
        for (const [ms, bytes] of reports) bench.after(ms).report(...bytes);
        const hooks = bench.keys.filter((key) => key.startsWith('hook'));
        // Up and down take turns, whatever comes.
        hooks.forEach((key, index) => index > 0 && expect(key).not.toBe(hooks[index - 1]));
      }),
      { seed: 20261126 },
    );
  });
});

describe('lights', () => {
  it('are written whole, with the id first, and only when something changed', () => {
    const bench = new Bench();
    expect(bench.lights({ ring: true })).toEqual([[2, 0b0010_0100, 0]]);
    expect(bench.lights({ ring: true })).toEqual([]);
    expect(bench.lights({ 'off-hook': true, hold: true })).toEqual([[2, 0b0000_1001, 0]]);
    expect(bench.lights({})).toEqual([[2, 0, 0]]);
  });

  it('what is lit depends on the flags alone, never on the way there', () => {
    const flags = fc.record({ 'off-hook': fc.boolean(), ring: fc.boolean(), mute: fc.boolean(), hold: fc.boolean() });
    fc.assert(
      fc.property(fc.array(flags), flags, (way, last) => {
        const bench = new Bench();
        for (const step of way) bench.lights(step);
        bench.lights(allOff);
        const [report] = bench.lights(last);
        const [direct] = new Bench().lights(last);
        expect(report).toEqual(direct);
      }),
      { seed: 20261126 },
    );
  });
});
