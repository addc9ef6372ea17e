import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDeskPhone, loadProfiles, type DeskPhone, type PhoneProfile } from '#engine/devices/index.ts';
import { readLinuxFacts } from '#engine/devices/discovery/read-facts-linux.ts';
import { systemClock } from '#engine/system.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { UsbPhone } from '#shared/desk-contract/areas/phone.ts';
import { every } from '#shared/base/clock.ts';
import { disposable } from '#shared/base/dispose.ts';
import type { MakeName } from '#simulator/phone/options.ts';
import type { SimulatedPhoneOptions } from '#simulator/phone/phone.ts';
import { openOnPtys } from '#simulator/phone/ptys.ts';
import type { SimPort } from '#simulator/phone/sim-port.ts';
import { FakeSysfs } from '#tests/support/fake-sysfs.ts';
import { answering, openPtyPhone, type OpenPtyPhone } from '#tests/support/pty-phone.ts';
import { until } from '#tests/support/until.ts';
import { freshPhoneRules } from '#tests/support/phone-rules.ts';

const shipped = loadProfiles('resources/devices');
const wanted: UsbPhone = {
  kind: 'usb',
  usbId: '2c7c:0125',
  serialNumber: 'MINE',
  location: '1-1',
  shape: 'mux',
  modems: 1,
  label: 'JH-5 SIM',
};
const atInterface = 2;
const pcmInterface = 4;

let sysfs: FakeSysfs;
let phone: DeskPhone;
const closing: (() => Promise<void>)[] = [];

beforeEach(() => {
  sysfs = new FakeSysfs();
});
afterEach(async () => {
  phone.dispose();
  for (const close of closing.splice(0)) await close();
  sysfs.remove();
});

/** A phone on real ptys that the system shows as ports of this one USB device. */
async function simulated(options: Partial<SimulatedPhoneOptions> = {}): Promise<OpenPtyPhone> {
  const rig = await openPtyPhone(options);
  closing.push(() => rig.ptys.close());
  return rig;
}

function plug(rig: OpenPtyPhone, serial: string, place: string, first: number): void {
  const [ports] = rig.ptys.modems;
  const name = (usbInterface: number): string => `ttyUSB${first + usbInterface}`;
  if (ports) symlinkSync(ports.at, join(sysfs.dev, name(atInterface)));
  if (ports) symlinkSync(ports.pcm, join(sysfs.dev, name(pcmInterface)));
  sysfs.plug({ place, serial, ttys: { [atInterface]: name(atInterface), [pcmInterface]: name(pcmInterface) } });
}

async function unplug(rig: OpenPtyPhone, place: string, first: number): Promise<void> {
  sysfs.unplug(place);
  for (const number of [atInterface, pcmInterface]) rmSync(join(sysfs.dev, `ttyUSB${first + number}`));
  await rig.ptys.unplug();
}

function driver(profiles: readonly PhoneProfile[], connection: UsbPhone = wanted): void {
  phone = createDeskPhone({
    context: { clock: systemClock, newId: () => 'id', logger: silentLogger, dataDir: '/nowhere' },
    rules: freshPhoneRules(),
    profiles,
    readFacts: () => readLinuxFacts(sysfs),
    // A headset: without one a make that cannot give the line back to its handset gives us no sound.
    voice: () => ({ next: () => new Int16Array(160) }),
  });
  phone.connect(connection);
}

const withUsb = (usb: Partial<NonNullable<PhoneProfile['usb']>>): readonly PhoneProfile[] =>
  shipped.map((profile) =>
    profile.id === 'jinhu-jh5'
      ? {
          ...profile,
          usb: { ids: ['2c7c:0125'], atInterface: null, pcmInterface: null, hub: false, stacks: 1, ...usb },
        }
      : // Its shipped ids would be a second opinion on the same device.
        { ...profile, usb: null },
  );
const ready = (): boolean => phone.obstacle(1) === null && phone.state.problem === null;

it('case 1: a phone that comes back under other port names is the same phone, and its twin is not', async () => {
  const [mine, other] = [await simulated(), await simulated()];
  plug(other, 'OTHER', '1-2', 0);
  driver(withUsb({ atInterface, pcmInterface }));
  await until('it is missing, although its twin is there', () => phone.state.problem?.code === 'phone.port-missing');
  plug(mine, 'MINE', '1-1', 10);
  await until('ready', ready);
  await unplug(mine, '1-1', 10);
  await until('lost', () => phone.state.connection === 'lost');
  await mine.ptys.plug();
  const since = performance.now();
  plug(mine, 'MINE', '1-3', 20);
  await until('ready under the new names', ready);
  expect(performance.now() - since).toBeLessThan(3_000);
  mine.sim.pullSim(1);
  await until('it is mine', () => phone.obstacle(1)?.code === 'sim.absent');
  expect(existsSync(join(sysfs.dev, 'ttyUSB12'))).toBe(false);
});

it('has both cards of two SIM stacks on the network', async () => {
  plug(await simulated({ shape: 'dsds' }), 'MINE', '1-1', 0);
  driver(withUsb({ atInterface, pcmInterface, stacks: 2 }), { ...wanted, shape: 'dsds' });
  await until('both can call', () => ready() && phone.obstacle(2) === null);
  expect(phone.state).toMatchObject({ shape: 'dsds', liveSlots: [1, 2] });
});

/** A port that writes down what it hears, and says `noise` ten times a second. */
function dumbPort(name: string, noise: Uint8Array | null): { port: SimPort; heard: () => string } {
  let heard = '';
  const port: SimPort = {
    name,
    write: (bytes) => void (heard += Buffer.from(bytes).toString('latin1')),
    onData: (listener) => every(systemClock, 100, () => noise && listener(noise)),
  };
  return { port, heard: () => heard };
}

/** Two ports of a phone beside those that the simulator plays, under the names that the system gives them. */
async function show(ports: Readonly<Record<string, SimPort>>): Promise<void> {
  const [[atName, at], [pcmName, pcm]] = Object.entries(ports) as [[string, SimPort], [string, SimPort]];
  const others = await openOnPtys({
    modems: [{ at, pcm }],
    plugged: true,
    onPlugged: () => disposable(() => undefined),
  });
  closing.push(() => others.close());
  symlinkSync(others.modems[0]?.at ?? '', join(sysfs.dev, atName));
  symlinkSync(others.modems[0]?.pcm ?? '', join(sysfs.dev, pcmName));
}

it('case 3: of several ports the one that answers AT is taken; the others hear AT and nothing else', async () => {
  const diagnosis = dumbPort('diagnosis', null);
  const stream = dumbPort(
    'stream',
    Uint8Array.from({ length: 200 }, (_, n) => n),
  );
  const mine = await simulated();
  await show({ ttyUSB0: diagnosis.port, ttyUSB1: stream.port });
  symlinkSync(mine.ptys.modems[0]?.at ?? '', join(sysfs.dev, 'ttyUSB2'));
  sysfs.plug({ place: '1-1', serial: 'MINE', ttys: { 0: 'ttyUSB0', 1: 'ttyUSB1', 2: 'ttyUSB2' } });
  driver(withUsb({}));
  await until('ready', () => phone.obstacle(1) === null);
  expect(phone.state.model).toBe('JH-5 SIM');
  expect(diagnosis.heard()).toBe('AT\rAT\rAT\r');
  // A binary stream is not even asked to the end.
  expect(stream.heard()).toMatch(/^AT\r(AT\r)?$/);
  const heard = diagnosis.heard();
  // The next time it is the first that is asked.
  phone.reconnect();
  await until('again', () => phone.state.connection === 'ready');
  expect(diagnosis.heard()).toBe(heard);
});

/** A modem of this make as its vendor's USB layout has it: diagnosis, positions, commands, dial-up and sound by interface. */
async function layout(make: MakeName, usbId: string, at: number, pcm: number, quiet: readonly [number, number]) {
  const number = '15400000137';
  const silent = quiet.map((each) => dumbPort(`interface ${each}`, null));
  const mine = await simulated({ make, voices: new Map([['tone', new Int16Array(8000).fill(900)]]) });
  mine.sim.farParty(number).behaviour = answering(200, 'tone');
  const [first, second] = silent as [ReturnType<typeof dumbPort>, ReturnType<typeof dumbPort>];
  await show({ [`ttyUSB${quiet[0]}`]: first.port, [`ttyUSB${quiet[1]}`]: second.port });
  const [ports] = mine.ptys.modems;
  symlinkSync(ports?.at ?? '', join(sysfs.dev, `ttyUSB${at}`));
  symlinkSync(ports?.pcm ?? '', join(sysfs.dev, `ttyUSB${pcm}`));
  const [vendor = '', product = ''] = usbId.split(':');
  const ttys = Object.fromEntries([at, pcm, ...quiet].map((each) => [each, `ttyUSB${each}`]));
  sysfs.plug({ place: '1-1', serial: 'MINE', vendor, product, ttys });
  return { number, heard: () => silent.map(({ heard }) => heard()) };
}

it.each([
  ['quectel', 'quectel-ec2x', '2c7c:0125', 2, 1, [0, 3]],
  ['simcom', 'simcom-a76xx', '1e0e:9001', 2, 4, [0, 1]],
] as const)(
  '%s: profile %s knows the ports of %s by its USB id: none is asked, and the call has its sound',
  async (make, profile, usbId, at, pcm, quiet) => {
    const { number, heard } = await layout(make, usbId, at, pcm, quiet);
    driver(shipped, { ...wanted, usbId });
    await until('ready', ready);
    expect(phone.state.device?.profile).toBe(profile);
    let frames = 0;
    const dialled = phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    phone.onEvent((callId, { type }) => {
      if (type === 'answered') phone.sound(callId)?.onFrame(() => (frames += 1));
    });
    await dialled;
    await until('the customer is heard', () => frames > 10);
    await phone.hangUp('c1');
    expect(heard()).toEqual(['', '']);
  },
);

it('a firmware that keeps to no known layout is found by asking all the same', async () => {
  const { heard } = await layout('quectel', '2c7c:0125', 5, 1, [0, 3]);
  driver(shipped, { ...wanted, usbId: '2c7c:0125' });
  await until('ready', () => phone.obstacle(1) === null);
  expect(phone.state.device?.profile).toBe('quectel-ec2x');
  expect(heard()).toEqual(['AT\rAT\rAT\r', 'AT\rAT\rAT\r']);
});
