import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { OutputPlacer, type Player } from './output-placer.ts';
import type { DeviceChoice } from './ranked-device.ts';

const headset = { id: 'h', label: 'Headset' };

let clock: ManualClock;
let output: DeviceChoice | null;
let placer: OutputPlacer;
/** What became of the player, in order. */
let log: string[];
let gone: Set<string | null>;

const player: Player = {
  playOn(id) {
    if (gone.has(id)) return Promise.reject(new DOMException('', 'NotFoundError'));
    log.push(`on ${id ?? 'system'}`);
    return Promise.resolve();
  },
  setSilent: (silent) => void log.push(silent ? 'silent' : 'heard'),
};
const settled = async (): Promise<void> => {
  for (let n = 0; n < 20; n += 1) await null;
};

beforeEach(() => {
  clock = new ManualClock();
  output = headset;
  log = [];
  gone = new Set();
  placer = new OutputPlacer({ clock, output: () => Promise.resolve(output) });
});

describe('where a call is heard', () => {
  it('is silent until it is there, and moves in the call', async () => {
    placer.add(player);
    expect(log).toEqual(['silent']);
    await settled();
    expect(log.splice(0)).toEqual(['silent', 'on h', 'heard']);
    output = 'system';
    placer.look();
    await settled();
    placer.look();
    await settled();
    expect(log.splice(0)).toEqual(['on system', 'heard']);
  });

  it('is nowhere while there is no output, or none is known yet', async () => {
    output = null;
    placer.add(player);
    await settled();
    expect(new Set(log.splice(0))).toEqual(new Set(['silent']));
    output = headset;
    placer.look();
    await settled();
    expect(log.splice(0)).toEqual(['on h', 'heard']);
    output = null;
    placer.look();
    await settled();
    expect(log).toEqual(['silent']);
  });

  it('waits for none that does not answer', async () => {
    const mute: Player = { playOn: () => new Promise(() => undefined), setSilent: () => undefined };
    placer.add(mute);
    placer.add(player);
    await settled();
    expect(log.splice(0)).toEqual(['silent']);
    clock.advance(3_000);
    await settled();
    expect(log).toEqual(['on h', 'heard']);
  });

  it('is tried again where the device does not play yet', async () => {
    gone.add('h');
    placer.add(player);
    await settled();
    expect(log.splice(0)).toEqual(['silent']);
    gone.clear();
    clock.advance(1_000);
    await settled();
    expect(log).toEqual(['on h', 'heard']);
  });

  it('goes by the newest look: an older one that is told late places nothing', async () => {
    const answers: ((choice: DeviceChoice) => void)[] = [];
    placer = new OutputPlacer({ clock, output: () => new Promise((resolve) => answers.push(resolve)) });
    placer.add(player);
    placer.look();
    answers[0]?.(headset);
    await settled();
    expect(log).toEqual(['silent']);
    answers[1]?.('system');
    await settled();
    expect(log).toEqual(['silent', 'on system', 'heard']);
  });

  it('ends with the call', async () => {
    const placed = placer.add(player);
    await settled();
    placed.dispose();
    output = 'system';
    placer.look();
    await settled();
    expect(log).toEqual(['silent', 'on h', 'heard']);
  });
});
