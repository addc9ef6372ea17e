import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { PhoneConnection, PortSpec } from '#shared/desk-contract/areas/phone.ts';
import { readyModem } from '#tests/support/ready-modem.ts';
import { pass, ScriptedModem } from '#tests/support/scripted-modem.ts';
import { createDeskPhone, loadProfiles, type DeskPhone } from '../index.ts';
import { freshPhoneRules } from '#tests/support/phone-rules.ts';

const serial = (path: string): PortSpec => ({ kind: 'serial', path, baudRate: 115_200 });
const connection: PhoneConnection = { kind: 'modem-per-sim', modems: [{ at: serial('at'), pcm: serial('pcm') }] };
const number = '15400000137';

let clock: ManualClock;
let modem: ScriptedModem;
let pcm: ScriptedModem;
/** Why a port cannot be opened. */
let refusals: Map<string, AppError>;
let opened: { port: string; at: number }[];
/** Whether a port can be seen without being opened; absent = cannot be told. */
let present: boolean | null;
let phone: DeskPhone;

beforeEach(() => {
  clock = new ManualClock();
  modem = readyModem();
  pcm = new ScriptedModem();
  refusals = new Map();
  opened = [];
  present = null;
  phone = createDeskPhone({
    context: { clock, newId: () => 'id', logger: silentLogger, dataDir: '/nowhere' },
    rules: freshPhoneRules(),
    profiles: loadProfiles('resources/devices'),
    openTransport: (spec) => {
      const port = spec.kind === 'serial' ? spec.path : '';
      const transport = port === 'pcm' ? pcm : modem;
      transport.open = () => {
        opened.push({ port, at: clock.mono() });
        const refusal = refusals.get(port);
        return refusal ? Promise.reject(refusal) : Promise.resolve();
      };
      if (present !== null) Object.assign(transport, { present: () => Promise.resolve(present) });
      return transport;
    },
  });
});

const ready = async (): Promise<void> => {
  phone.connect(connection);
  await pass(clock, 500);
  expect(phone.state.connection).toBe('ready');
};

describe('a sound port that cannot be opened', () => {
  it.each(['phone.port-busy', 'phone.port-missing'] as const)('%s: shown on a phone that dials', async (code) => {
    refusals.set('pcm', new AppError(code, { port: 'pcm', program: 'aplay', pid: 7 }));
    await ready();
    expect(phone.obstacle(1)).toBeNull();
    expect(phone.state.problem).toMatchObject({ code: 'phone.no-sound', details: { cause: code, program: 'aplay' } });
    refusals.clear();
    await pass(clock, 5_000, 50);
    expect(phone.state).toMatchObject({ connection: 'ready', problem: null });
    expect(modem.sent.filter((line) => line === 'AT+QPCMV=1,0')).toHaveLength(1);
  });

  it('is taken up as soon as it is there: the ports of one phone come one after the other', async () => {
    present = false;
    refusals.set('pcm', new AppError('phone.port-missing', { port: 'pcm' }));
    await ready();
    refusals.clear();
    present = true;
    await pass(clock, 300);
    expect(phone.state.problem).toBeNull();
  });

  it('is left alone in a call, and taken up after it', async () => {
    let list = ['OK'];
    modem.on(/CLCC/, () => list);
    refusals.set('pcm', new AppError('phone.port-busy', { port: 'pcm' }));
    await ready();
    list = [`+CLCC: 1,0,0,0,0,"${number}",129`, 'OK'];
    await phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    await pass(clock, 100);
    refusals.clear();
    const before = opened.length;
    await pass(clock, 20_000, 100);
    expect(opened).toHaveLength(before);
    list = ['OK'];
    await pass(clock, 4_000, 50);
    expect(phone.state.problem).toBeNull();
  });

  it('nothing of it outlives the phone', async () => {
    refusals.set('pcm', new AppError('phone.port-busy', { port: 'pcm' }));
    await ready();
    phone.dispose();
    const before = opened.length;
    await pass(clock, 60_000, 500);
    expect(opened).toHaveLength(before);
  });
});

it('a port that can be seen is opened as soon as it comes, and not before', async () => {
  await ready();
  present = false;
  refusals.set('at', new AppError('phone.port-missing', { port: 'at' }));
  modem.unplug();
  await pass(clock, 5_100, 50);
  refusals.clear();
  present = true;
  await pass(clock, 500, 25);
  expect(phone.state.connection).toBe('ready');
});

describe('case 4: brown-out', () => {
  const restart = async (): Promise<void> => {
    modem.say('RDY', 'SYSSTART');
    await pass(clock, 5_000, 50);
  };

  it('three restarts in ten minutes are borne, the fourth gets the phone a rest and the person a hint', async () => {
    await ready();
    for (let n = 0; n < 3; n += 1) {
      await restart();
      expect(phone.obstacle(1)).toBeNull();
    }
    modem.say('RDY');
    await pass(clock, 200);
    expect(phone.state).toMatchObject({
      connection: 'lost',
      problem: { code: 'phone.restarting', details: { times: 4 } },
    });
    expect(phone.obstacle(1)?.code).toBe('phone.restarting');
    await pass(clock, 28_000, 100);
    expect(phone.state.connection).toBe('lost');
    await pass(clock, 3_000, 50);
    expect(phone.state).toMatchObject({ connection: 'ready', problem: null });
  });

  it('restarts that are spread over hours count for nothing', async () => {
    await ready();
    for (let n = 0; n < 8; n += 1) {
      modem.say('RDY');
      await pass(clock, 4 * 60_000, 1_000);
      expect(phone.obstacle(1)).toBeNull();
    }
  });

  it('a call that it costs ends once, as device-reset', async () => {
    await ready();
    for (let n = 0; n < 3; n += 1) await restart();
    const told: unknown[] = [];
    phone.onEvent((_callId, event) => told.push(event));
    modem.on(/CLCC/, [`+CLCC: 1,0,0,0,0,"${number}",129`, 'OK']);
    await phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    await pass(clock, 100);
    modem.say('RDY');
    await pass(clock, 500);
    expect(told.filter((event) => (event as { type: string }).type === 'ended')).toEqual([
      { type: 'ended', cause: 'device-reset' },
    ]);
  });
});

describe('case 5: silent death', () => {
  const deaf = (): void => void modem.on(/./, null);
  const resets = (): number => modem.sent.filter((line) => line === 'AT+CFUN=1,1').length;

  it('is found by three unanswered words, the port is opened anew, then the make’s reset is written, once', async () => {
    await ready();
    deaf();
    await pass(clock, 20_000, 50);
    expect(phone.state).toMatchObject({ connection: 'lost', problem: { code: 'phone.not-answering' } });
    expect(phone.obstacle(1)?.code).toBe('phone.not-answering');
    expect(resets()).toBe(0);
    await pass(clock, 10_000, 50);
    expect(resets()).toBe(1);
    await pass(clock, 120_000, 500);
    expect(resets()).toBe(1);
  });

  it('in a call writes no reset: the call may go on in the phone', async () => {
    await ready();
    modem.on(/CLCC/, [`+CLCC: 1,0,0,0,0,"${number}",129`, 'OK']);
    await phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    await pass(clock, 100);
    deaf();
    await pass(clock, 120_000, 500);
    expect(phone.state.problem?.code).toBe('phone.not-answering');
    expect(resets()).toBe(0);
  });
});

describe('case 6: the baud rate has changed', () => {
  /** A line: what is said at another rate arrives as garbage, in both directions. */
  function lineAt(rate: () => number): { tried: number[]; port: ScriptedModem } {
    const tried: number[] = [];
    let ours = 115_200;
    const port = readyModem();
    const write = port.write.bind(port);
    port.write = (bytes) => {
      if (ours === rate()) return write(bytes);
      port.raw('\u00ff\u0093\u0001\u0080\u00fe\u0003'.repeat(2));
      return Promise.resolve();
    };
    Object.assign(port, {
      setBaudRate: (wanted: number) => {
        tried.push(wanted);
        ours = wanted;
        return Promise.resolve();
      },
    });
    return { tried, port };
  }

  it('garbage starts a search, the first rate that answers is kept', async () => {
    let rate = 57_600;
    const line = lineAt(() => rate);
    modem = line.port;
    phone.connect(connection);
    await pass(clock, 6_000, 50);
    expect(phone.state.connection).toBe('ready');
    expect(line.tried).toEqual([115_200, 9_600, 57_600]);
    modem.unplug();
    await pass(clock, 3_000, 50);
    expect(phone.state.connection).toBe('ready');
    expect(line.tried).toEqual([115_200, 9_600, 57_600, 57_600]);
    rate = 9_600;
    await pass(clock, 40_000, 50);
    expect(phone.state.connection).toBe('ready');
    expect(line.tried.at(-1)).toBe(9_600);
  });

  it('silence starts none', async () => {
    const line = lineAt(() => 115_200);
    modem = line.port.on(/./, null);
    phone.connect(connection);
    await pass(clock, 6_000, 50);
    expect(phone.state.problem?.code).toBe('phone.not-a-phone');
    expect(line.tried).toEqual([]);
  });
});
