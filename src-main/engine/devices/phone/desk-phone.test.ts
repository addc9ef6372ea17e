import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { PhoneConnection, PhoneState } from '#shared/desk-contract/areas/phone.ts';
import { freshPhoneRules } from '#tests/support/phone-rules.ts';
import { readyModem } from '#tests/support/ready-modem.ts';
import { failure, pass, ScriptedModem, settle } from '#tests/support/scripted-modem.ts';
import { createDeskPhone, loadProfiles, type DeskPhone } from '../index.ts';

const at = { kind: 'serial', path: 'p', baudRate: 115_200 } as const;
const one: PhoneConnection = { kind: 'modem-per-sim', modems: [{ at, pcm: null }] };
const mux: PhoneConnection = { kind: 'mux', modem: { at, pcm: null } };
const number = '15400000137';

describe('createDeskPhone', () => {
  let clock: ManualClock;
  let opened: number[];
  let modem: ScriptedModem;
  let pcm: ScriptedModem;
  let failing: AppError | null;
  let phone: DeskPhone;
  let rules: ReturnType<typeof freshPhoneRules>;
  let states: PhoneState[];

  beforeEach(() => {
    clock = new ManualClock();
    opened = [];
    states = [];
    failing = null;
    rules = freshPhoneRules();
    modem = readyModem();
    pcm = new ScriptedModem();
    const context = { clock, newId: () => 'id', logger: silentLogger, dataDir: '/nowhere' };
    phone = createDeskPhone({
      context,
      rules,
      profiles: loadProfiles('resources/devices'),
      openTransport: (spec) => {
        const transport = spec.kind === 'serial' && spec.path === 'pcm' ? pcm : modem;
        transport.open = () => {
          opened.push(clock.mono());
          return failing ? Promise.reject(failing) : Promise.resolve();
        };
        return transport;
      },
    });
    phone.onState((state) => states.push(state));
  });

  const ready = async (connection: PhoneConnection = one): Promise<void> => {
    phone.connect(connection);
    await pass(clock, 500);
    expect(phone.state.connection).toBe('ready');
  };

  it('counts as a line to people unless the modem itself says that it is a simulator', async () => {
    expect(phone.reachesNetwork()).toBe(true);
    modem.on(/CGMR/, ['JH5-1.0.0', 'OK']);
    await ready();
    expect(phone.reachesNetwork()).toBe(true);
    modem.on(/CGMR/, ['JH5-1.0.0 SIMULATED', 'OK']);
    await ready(mux);
    expect(phone.reachesNetwork()).toBe(false);
    // Unplugged it is still what it was: "the phone is gone" is then the answer to a dial, not "this is sample data".
    failing = new AppError('phone.port-missing', {});
    modem.unplug();
    await pass(clock, 500);
    expect(phone.state.connection).toBe('lost');
    expect(phone.reachesNetwork()).toBe(false);
    // Another phone at the same port tells anew before it can dial.
    failing = null;
    modem.on(/CGMM/, ['JH-9', 'OK']);
    await pass(clock, 35_000, 100);
    expect(phone.state.connection).toBe('ready');
    expect(phone.reachesNetwork()).toBe(true);
  });

  it('says which phone stands here: make, firmware, the end of its IMEI, profile, ports', async () => {
    modem.on(/CGMR/, ['+CGMR: JH5-2.1.7', 'OK']).on(/CGSN/, ['866000000001234', 'OK']);
    await ready({
      kind: 'mux',
      modem: { at, pcm: { kind: 'serial', path: 'pcm', baudRate: 9600 } },
    });
    expect(phone.state.device).toEqual({
      make: 'Jinhu',
      model: 'JH-5 SIM',
      revision: 'JH5-2.1.7',
      imeiTail: '1234',
      profile: 'jinhu-jh5',
      ports: ['scripted', 'scripted'],
    });
    modem.unplug();
    await pass(clock, 300);
    expect(phone.state.device).toBeNull();
  });

  it('tells the PIN tries that are left of a locked card, also after a wrong one', async () => {
    let tries = 3;
    modem
      .on(/CPIN\?/, ['+CPIN: SIM PIN', 'OK'])
      .on(/CPINR/, () => [`+CPINR: SIM PIN,${tries},3`, 'OK'])
      .on(/CPIN="/, () => ((tries -= 1), ['+CME ERROR: 16']));
    await ready();
    expect(phone.state.slots[0]).toMatchObject({ condition: 'pin-required', pinTriesLeft: 3 });
    expect((await failure(phone.enterPin(1, '0000'))).details).toMatchObject({ triesLeft: 2 });
    expect(phone.state.slots[0]?.pinTriesLeft).toBe(2);
  });

  it('keeps what was said at the ports over a reconnect, masked', async () => {
    await ready();
    await phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    modem.unplug();
    await pass(clock, 3_000, 100);
    const lines = phone.trace.since(0);
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
    const texts = lines.map(({ direction, text }) => `${direction} ${text}`);
    expect(texts.filter((text) => text === 'note port open')).toHaveLength(2);
    expect(texts).toContain('note port closed: phone.lost');
    expect(texts.some((text) => /^sent ATD\*+\d\d;$/.test(text))).toBe(true);
    expect(JSON.stringify(lines)).not.toContain(number);
    expect(lines[0]).toMatchObject({ modem: 1, slot: 1 });
  });

  it('shows nothing connected before it is told what to connect', async () => {
    expect(phone.state).toMatchObject({ connection: 'none', problem: null, shape: null, activeSlot: null });
    expect(phone.state.slots).toHaveLength(5);
    expect(phone.obstacle(1)?.code).toBe('phone.none');
    expect((await failure(phone.dial({ callId: 'c', dialString: number, slot: null }))).code).toBe('phone.none');
  });

  it('brings a modem up in order: alive, no echo, words, identity, settings, then asks for calls', async () => {
    await ready();
    expect(modem.sent.slice(0, 5)).toEqual(['AT', 'ATE0', 'ATV1', 'AT+CGMI', 'AT+CGMM']);
    expect(modem.sent.indexOf('AT+CMEE=1')).toBeLessThan(modem.sent.indexOf('AT+CLCC'));
    expect(modem.sent).toContain('AT+COLP=0');
    expect(phone.state.slots[0]).toEqual({
      slot: 1,
      condition: 'ready',
      iccidTail: '0101',
      operator: 'china-mobile',
      ownNumber: '15400000101',
      signalBars: 4,
      voice: 'yes',
      roamingAllowed: false,
      todayDials: 0,
      todayTalkMs: 0,
      use: null,
      card: null,
      problem: null,
      signalDbm: -73,
      pinTriesLeft: null,
      offAir: false,
    });
    expect(phone.obstacle(2)?.code).toBe('phone.none');
  });

  it('starts on the slot where the switch stands', async () => {
    await ready(mux);
    expect(phone.state).toMatchObject({ shape: 'mux', activeSlot: 3 });
    expect(phone.obstacle(3)).toBeNull();
    expect(phone.obstacle(1)?.code).toBe('sim.not-selected');
  });

  it('tries again after 2, 4, 8, 16, 30, 30 s, and at once when asked', async () => {
    failing = new AppError('phone.port-busy', { port: 'p' });
    phone.connect(one);
    await settle();
    await pass(clock, 95_000, 500);
    expect(opened).toEqual([0, 2_000, 6_000, 14_000, 30_000, 60_000, 90_000]);
    expect(phone.state.problem?.code).toBe('phone.port-busy');
    failing = null;
    phone.reconnect();
    await pass(clock, 300);
    expect(phone.state).toMatchObject({ connection: 'ready', problem: null });
  });

  it('looks for a missing port every 2 s however long it is away, so that a phone that is plugged in works soon', async () => {
    await ready();
    failing = new AppError('phone.port-missing', { port: 'p' });
    modem.unplug();
    await pass(clock, 120_000, 500);
    expect(phone.state.connection).toBe('lost');
    const tries = opened.slice(-5);
    expect(tries.map((at, index) => at - (tries[index - 1] ?? at))).toEqual([0, 2_000, 2_000, 2_000, 2_000]);
    failing = null;
    await pass(clock, 2_500);
    expect(phone.state.connection).toBe('ready');
  });

  it('a port where nothing speaks AT is no phone', async () => {
    modem.on(/./, null);
    phone.connect(one);
    await pass(clock, 1_600);
    expect(phone.state.problem?.code).toBe('phone.not-a-phone');
  });

  it('a modem that falls silent is reopened, and dialing is refused meanwhile', async () => {
    await ready();
    modem.on(/./, null);
    await pass(clock, 21_000, 100);
    expect(phone.state).toMatchObject({ connection: 'lost', problem: { code: 'phone.not-answering' } });
    expect(phone.obstacle(1)?.code).toBe('phone.not-answering');
    modem.on(/./, ['OK']);
    await pass(clock, 3_000, 50);
    expect(opened).toHaveLength(2);
  });

  it('one call at a time, and only dialable strings reach the modem', async () => {
    await ready();
    for (const bad of ['', '154abc', `${number};`, '10086\rATH', '1'.repeat(41)])
      expect((await failure(phone.dial({ callId: 'c', dialString: bad, slot: 1 }))).code).toBe('number.invalid');
    expect(modem.sent.some((line) => line.startsWith('ATD'))).toBe(false);
    modem.on(/CLCC/, [`+CLCC: 1,0,0,0,0,"${number}",129`, 'OK']);
    await phone.dial({ callId: 'c1', dialString: number, slot: null });
    expect((await failure(phone.dial({ callId: 'c2', dialString: number, slot: 1 }))).code).toBe('call.busy');
    await settle();
    expect((await failure(phone.sendDtmf('c1', 'x'))).code).toBe('number.invalid');
    expect((await failure(phone.sendDtmf('c9', '1'))).code).toBe('call.gone');
    await phone.sendDtmf('c1', '#');
    expect(modem.sent.at(-1)).toBe('AT+VTS="#"');
  });

  it('asks once whether a dial may leave, right before it does, and keeps what may not', async () => {
    await ready();
    const sentWhenAsked: string[][] = [];
    const mayLeave = (): boolean => {
      sentWhenAsked.push(modem.sent.filter((line) => line.startsWith('ATD')));
      return sentWhenAsked.length > 1;
    };
    const ends: string[] = [];
    phone.onEvent((callId, event) => void (event.type === 'ended' && ends.push(`${callId} ${event.cause}`)));
    await phone.dial({ callId: 'c1', dialString: number, slot: 1, mayLeave });
    await settle();
    expect([ends, sentWhenAsked]).toEqual([['c1 local-hang-up'], [[]]]);
    await phone.dial({ callId: 'c2', dialString: number, slot: 1, mayLeave });
    expect(sentWhenAsked).toEqual([[], []]);
    expect(modem.sent.filter((line) => line.startsWith('ATD'))).toEqual([`ATD${number};`]);
  });

  it('while a call runs nothing but the call is asked', async () => {
    await ready();
    modem.on(/CLCC/, [`+CLCC: 1,0,0,0,0,"${number}",129`, 'OK']);
    await phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    await settle();
    const before = modem.sent.length;
    modem.say('+CREG: 1', '+CEREG: 5');
    await pass(clock, 40_000, 100);
    expect(new Set(modem.sent.slice(before))).toEqual(new Set(['AT+CLCC']));
  });

  it('a reading of card and network that runs gives way to a dial', async () => {
    await ready();
    modem.on(/CPIN/, null);
    modem.say('+CREG: 1');
    await pass(clock, 120);
    expect(modem.sent.at(-1)).toBe('AT+CPIN?');
    const dialing = phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    modem.say('+CPIN: READY', 'OK');
    await dialing;
    await settle();
    expect(modem.sent.slice(-2)).toEqual([`ATD${number};`, 'AT+CLCC']);
  });

  it('tells its state at most five times a second, and only when it changed', async () => {
    await ready();
    const before = states.length;
    let bars = 0;
    modem.on(/CSQ/, () => [`+CSQ: ${(bars = (bars + 9) % 31)},99`, 'OK']);
    for (let n = 0; n < 20; n += 1) {
      modem.say('+CREG: 1');
      await pass(clock, 150);
    }
    expect(states.length - before).toBeLessThanOrEqual(16);
    expect(states.length - before).toBeGreaterThan(3);
    modem.on(/CSQ/, ['+CSQ: 20,99', 'OK']);
    await pass(clock, 16_000, 100);
    const quiet = states.length;
    await pass(clock, 32_000, 100);
    expect(states.length).toBe(quiet);
  });

  it('no demo phone outside the demo', () => {
    phone.connect({ kind: 'demo' });
    expect(phone.obstacle(1)?.code).toBe('phone.none');
    expect(phone.state.connection).toBe('none');
  });

  it('lets everything go when disposed', async () => {
    await ready();
    phone.dispose();
    const before = modem.sent.length;
    modem.say('+CREG: 1');
    await pass(clock, 60_000, 1_000);
    expect(modem.sent).toHaveLength(before);
  });

  it('a hang-up of a call that no modem carries says so', async () => {
    await ready();
    expect((await failure(phone.hangUp('nobody'))).code).toBe('call.gone');
  });

  it('a switch of cards does not outlive the phone', async () => {
    await ready(mux);
    // The switch never arrives.
    const switching = failure(phone.selectSlot(2));
    await pass(clock, 2_000);
    phone.connect({ kind: 'none' });
    await pass(clock, 1_000);
    expect((await switching).code).toBe('sim.switch-failed');
    expect(phone.state).toMatchObject({ connection: 'none', activeSlot: null, switchingTo: null });
  });

  it('a start does not wait for a phone that was disposed', async () => {
    failing = new AppError('phone.port-missing', {});
    phone.connect(one);
    const adopting = phone.adopt([{ callId: 'c1', direction: 'outbound', dialString: number, slot: 1 }]);
    await pass(clock, 500);
    phone.dispose();
    await pass(clock, 200);
    expect(await adopting).toEqual([]);
  });

  it('a sound port that is lost alone is opened again: at once, or after the call', async () => {
    const withSound: PhoneConnection = { kind: 'modem-per-sim', modems: [{ at, pcm: { ...at, path: 'pcm' } }] };
    let list: string[] = ['OK'];
    modem.on(/CLCC/, () => list);
    await ready(withSound);
    pcm.unplug();
    expect(phone.obstacle(1)?.code).toBe('phone.lost');
    await pass(clock, 3_000);
    expect(phone.obstacle(1)).toBeNull();

    const told: string[] = [];
    phone.onEvent((_callId, event) => told.push(event.type));
    list = [`+CLCC: 1,0,0,0,0,"${number}",129`, 'OK'];
    await phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    await pass(clock, 100);
    pcm.unplug();
    await pass(clock, 3_000);
    expect(told).toEqual(['accepted', 'answered']);
    list = ['OK'];
    await pass(clock, 3_000);
    expect(told.at(-1)).toBe('ended');
    await pass(clock, 3_000);
    expect(phone.obstacle(1)).toBeNull();
    // Each of the three connections opened both ports.
    expect(opened).toHaveLength(6);
  });

  it('a phone whose sound port is not there lets the handset speak: an earlier run may have shut it', async () => {
    await ready();
    expect(modem.sent).toContain('AT+JHUPL=0');
    expect(modem.sent).not.toContain('AT+QPCMV=1,0');
  });
});
