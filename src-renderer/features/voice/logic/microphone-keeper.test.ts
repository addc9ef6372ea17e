import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import {
  MicrophoneKeeper,
  type MicrophoneChoice,
  type MicrophoneView,
  type OpenMicrophone,
} from './microphone-keeper.ts';
import type { DeviceChoice, DevicesThere, SoundDevice } from './ranked-device.ts';
import { DevicesSilent } from './unless-silent.ts';

const headset = { id: 'h', label: 'Headset' };
const camera = { id: 'c', label: 'Camera' };
const phone = { id: 'p', label: 'Phone' };

/** A microphone of the fake browser, which remembers whether its light is on. */
interface FakeMicrophone extends OpenMicrophone {
  readonly of: string;
  readonly lit: boolean;
  pull(): void;
}

/** The browser: what is plugged in, which of it opens, and what it has opened. */
class FakeDevices {
  list: SoundDevice[] = [headset, camera];
  system: string | null = 'c';
  /** By id: why it does not open. */
  readonly refuses = new Map<string, string>();
  readonly opened: FakeMicrophone[] = [];
  /** Opens nothing before it is let: what waits, by what was asked for. */
  slow = false;
  readonly waiting: (() => void)[] = [];

  /** The sound system lists nothing any more. */
  hangs = false;

  there(): Promise<DevicesThere> {
    if (this.hangs) return Promise.reject(new DevicesSilent());
    return Promise.resolve({ list: this.list, system: this.system });
  }

  async open(device: DeviceChoice): Promise<OpenMicrophone> {
    const id = device === 'system' ? this.system : device.id;
    if (this.slow) await new Promise<void>((resolve) => this.waiting.push(resolve));
    const name = id === null || !this.list.some((one) => one.id === id) ? 'NotFoundError' : this.refuses.get(id);
    if (name !== undefined) throw new DOMException('', name);
    return this.lightUp(id ?? '');
  }

  get lit(): string[] {
    return this.opened.filter(({ lit }) => lit).map(({ of }) => of);
  }

  private lightUp(of: string): FakeMicrophone {
    let lit = true;
    let lost: () => void = () => undefined;
    const made: FakeMicrophone = {
      of,
      get lit() {
        return lit;
      },
      stream: { id: of } as MediaStream,
      label: this.list.find(({ id }) => id === of)?.label ?? '',
      onLost: (listener) => (lost = listener),
      close: () => (lit = false),
      pull: () => {
        lit = false;
        lost();
      },
    };
    this.opened.push(made);
    return made;
  }
}

const processing = { echoCancellation: true, noiseSuppression: true, autoGain: true };
let clock: ManualClock;
let devices: FakeDevices;
let choice: MicrophoneChoice | null;
let views: MicrophoneView[];
/** What a call is given, in order. */
let given: (string | null)[];
let keeper: MicrophoneKeeper;

const settled = async (): Promise<void> => {
  for (let n = 0; n < 40; n += 1) await null;
};
const onStream = (stream: MediaStream | null): void => void given.push(stream?.id ?? null);

beforeEach(() => {
  clock = new ManualClock();
  devices = new FakeDevices();
  choice = { names: ['Headset'], phone: null, processing };
  views = [];
  given = [];
  keeper = new MicrophoneKeeper({ clock, devices, choice: () => choice, changed: (view) => views.push(view) });
});

describe('the microphone in use', () => {
  it('is the first wanted that is there, open for as long as anybody holds it', async () => {
    const one = keeper.hold(onStream);
    expect(await one.ready()).toBeNull();
    const other = keeper.hold(() => undefined);
    await settled();
    expect(devices.opened).toHaveLength(1);
    expect(views.at(-1)).toEqual({ label: 'Headset', problem: null });
    one.dispose();
    expect(devices.lit).toEqual(['h']);
    other.dispose();
    expect(devices.lit).toEqual([]);
    expect(given).toEqual(['h', null]);
    expect(views.at(-1)).toEqual({ label: null, problem: null });
  });

  it('gives way to the next one when it is pulled, and comes back by itself', async () => {
    const lease = keeper.hold(onStream);
    await lease.ready();
    clock.advance(60_000);
    devices.list = [camera];
    devices.opened[0]?.pull();
    await settled();
    expect(given).toEqual(['h', null, 'c']);
    devices.list = [headset, camera];
    keeper.look();
    await settled();
    // The new one is there before the old one goes: no silence between.
    expect(given).toEqual(['h', null, 'c', 'h']);
    expect(devices.lit).toEqual(['h']);
  });

  it('is asked for again where the sound system hangs; what is open meanwhile goes on', async () => {
    devices.hangs = true;
    const lease = keeper.hold(onStream);
    expect(await lease.ready()).toBe('busy');
    devices.hangs = false;
    clock.advance(5_000);
    await settled();
    expect(views.at(-1)).toEqual({ label: 'Headset', problem: null });
    devices.hangs = true;
    keeper.look();
    await settled();
    expect(views.at(-1)).toEqual({ label: 'Headset', problem: null });
    expect(given).toEqual(['h']);
  });

  it('all pulled: says so, and takes the first that is plugged in', async () => {
    const lease = keeper.hold(onStream);
    await lease.ready();
    clock.advance(60_000);
    Object.assign(devices, { list: [], system: null });
    devices.opened[0]?.pull();
    await settled();
    expect(views.at(-1)).toEqual({ label: null, problem: 'missing' });
    expect(await lease.ready()).toBe('missing');
    Object.assign(devices, { list: [camera], system: 'c' });
    keeper.look();
    await settled();
    expect(views.at(-1)).toEqual({ label: 'Camera', problem: null });
    expect(given).toEqual(['h', null, 'c']);
  });

  it('a device that dies as soon as it is open is not opened without end', async () => {
    await keeper.hold(onStream).ready();
    devices.opened[0]?.pull();
    await settled();
    expect(devices.opened).toHaveLength(1);
    expect(views.at(-1)).toEqual({ label: null, problem: 'busy' });
    clock.advance(5_000);
    await settled();
    expect(devices.lit).toEqual(['h']);
  });

  it('follows another choice, and a change of the system where it was left to the system', async () => {
    await keeper.hold(onStream).ready();
    choice = { names: [], phone: null, processing };
    keeper.look();
    await settled();
    expect(devices.lit).toEqual(['c']);
    devices.system = 'h';
    keeper.look();
    await settled();
    expect(devices.lit).toEqual(['h']);
    keeper.look();
    await settled();
    expect(given).toEqual(['h', 'c', 'h']);
  });

  it("is never the phone's, also when that is found out later", async () => {
    Object.assign(devices, { list: [phone, headset], system: 'p' });
    choice = { names: [], phone: null, processing };
    await keeper.hold(onStream).ready();
    expect(devices.lit).toEqual(['p']);
    devices.refuses.set('h', 'NotReadableError');
    choice = { names: [], phone: 'p', processing };
    keeper.look();
    await settled();
    expect(devices.lit).toEqual([]);
    expect(views.at(-1)?.problem).toBe('busy');
    devices.refuses.clear();
    clock.advance(5_000);
    await settled();
    expect(devices.lit).toEqual(['h']);
  });

  it('waits until it is known which one is wanted', async () => {
    choice = null;
    const lease = keeper.hold(onStream);
    await settled();
    expect(devices.opened).toHaveLength(0);
    choice = { names: ['Camera'], phone: null, processing };
    keeper.look();
    expect(await lease.ready()).toBeNull();
    expect(devices.lit).toEqual(['c']);
  });

  it('looks once more when names are told only after the first was open', async () => {
    devices.list = [];
    const there = devices.there.bind(devices);
    devices.there = async () => {
      const hidden = await there();
      devices.list = [headset, camera];
      return hidden;
    };
    await keeper.hold(onStream).ready();
    await settled();
    expect(given).toEqual(['c', 'h']);
    expect(devices.lit).toEqual(['h']);
  });
});

describe('a microphone that does not open', () => {
  it('is passed over for the next wanted one, and tried again', async () => {
    devices.refuses.set('h', 'NotReadableError');
    await keeper.hold(onStream).ready();
    expect(given).toEqual(['c']);
    devices.refuses.clear();
    clock.advance(5_000);
    await settled();
    expect(given).toEqual(['c', 'h']);
    expect(devices.lit).toEqual(['h']);
  });

  it('chosen in a call leaves the one that works', async () => {
    await keeper.hold(onStream).ready();
    devices.refuses.set('c', 'NotReadableError');
    choice = { names: ['Camera'], phone: null, processing };
    keeper.look();
    await settled();
    expect(given).toEqual(['h']);
    expect(views.at(-1)).toEqual({ label: 'Headset', problem: null });
  });

  it('is told as what it is, and nothing else is asked for where the person has refused', async () => {
    devices.refuses.set('h', 'NotAllowedError');
    const lease = keeper.hold(onStream);
    expect(await lease.ready()).toBe('denied');
    expect(devices.opened).toHaveLength(0);
    devices.refuses.clear();
    // The person has thought better of it.
    keeper.look();
    await settled();
    expect(await lease.ready()).toBeNull();
  });

  it('for another processing is closed first where the device is opened once at a time', async () => {
    await keeper.hold(onStream).ready();
    const open = devices.open.bind(devices);
    devices.open = (device) => {
      if (devices.lit.length > 0) devices.refuses.set('h', 'NotReadableError');
      else devices.refuses.clear();
      return open(device);
    };
    choice = { names: ['Headset'], phone: null, processing: { ...processing, noiseSuppression: false } };
    keeper.look();
    await settled();
    expect(given).toEqual(['h', null, 'h']);
    expect(devices.lit).toEqual(['h']);
  });
});

describe('a getUserMedia that comes back late', () => {
  it('never wins over a newer choice, and leaves no light on', async () => {
    devices.slow = true;
    const lease = keeper.hold(onStream);
    await settled();
    choice = { names: ['Camera'], phone: null, processing };
    keeper.look();
    await settled();
    expect(devices.waiting).toHaveLength(1);
    devices.waiting[0]?.();
    await settled();
    expect(given).toEqual([]);
    devices.waiting[1]?.();
    expect(await lease.ready()).toBeNull();
    expect(given).toEqual(['c']);
    expect(devices.lit).toEqual(['c']);
  });

  it('keeps nobody longer than 3 s from another device', async () => {
    devices.slow = true;
    keeper.hold(onStream);
    await settled();
    choice = { names: ['Camera'], phone: null, processing };
    keeper.look();
    clock.advance(2_999);
    await settled();
    expect(devices.waiting).toHaveLength(1);
    clock.advance(1);
    await settled();
    devices.waiting[1]?.();
    await settled();
    expect(given).toEqual(['c']);
    // And when it comes at last it is closed.
    devices.waiting[0]?.();
    await settled();
    expect(devices.opened.map(({ of }) => of)).toEqual(['c', 'h']);
    expect(devices.lit).toEqual(['c']);
  });

  it('finds the call over: closed on the spot; a next call is not kept waiting by it', async () => {
    devices.slow = true;
    const first = keeper.hold(onStream);
    await settled();
    first.dispose();
    const second = keeper.hold(onStream);
    clock.advance(3_000);
    await settled();
    devices.waiting[1]?.();
    expect(await second.ready()).toBeNull();
    devices.waiting[0]?.();
    await settled();
    expect(devices.lit).toEqual(['h']);
    second.dispose();
    expect(devices.lit).toEqual([]);
  });

  it('a slow device that is still wanted is waited for', async () => {
    devices.slow = true;
    const lease = keeper.hold(onStream);
    await settled();
    clock.advance(30_000);
    devices.waiting[0]?.();
    expect(await lease.ready()).toBeNull();
    expect(given).toEqual(['h']);
  });
});
