import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { PhoneConnection } from '#shared/desk-contract/areas/phone.ts';
import { freshPhoneRules } from '#tests/support/phone-rules.ts';
import { readyModem } from '#tests/support/ready-modem.ts';
import { failure, pass, type ScriptedModem } from '#tests/support/scripted-modem.ts';
import { createDeskPhone, loadProfiles, type DeskPhone } from '../index.ts';

const at = { kind: 'serial', path: 'p', baudRate: 115_200 } as const;
const one: PhoneConnection = { kind: 'modem-per-sim', modems: [{ at, pcm: null }] };
const mux: PhoneConnection = { kind: 'mux', modem: { at, pcm: null } };
const number = '15400000137';

describe('cards of a desk phone', () => {
  let clock: ManualClock;
  let modem: ScriptedModem;
  let phone: DeskPhone;
  let rules: ReturnType<typeof freshPhoneRules>;

  beforeEach(() => {
    clock = new ManualClock();
    rules = freshPhoneRules();
    modem = readyModem();
    const context = { clock, newId: () => 'id', logger: silentLogger, dataDir: '/nowhere' };
    const profiles = loadProfiles('resources/devices');
    phone = createDeskPhone({ context, rules, profiles, openTransport: () => modem });
  });

  const ready = async (connection: PhoneConnection = one): Promise<void> => {
    phone.connect(connection);
    await pass(clock, 500);
    expect(phone.state.connection).toBe('ready');
  };

  it('no card says that it is ready while its modem cannot be dialled by yet', async () => {
    const early: string[] = [];
    phone.onState(({ connection, slots }) => {
      if (connection !== 'ready') early.push(...slots.map(({ condition }) => condition));
    });
    // The last answer of the bring-up comes when the next state is due at once.
    modem.on(/COPS\?/, null);
    phone.connect(one);
    await pass(clock, 1_000);
    modem.say('+COPS: 0,2,"46000"', 'OK');
    await pass(clock, 100);
    expect(phone.state.slots[0]?.condition).toBe('ready');
    expect(new Set(early)).toEqual(new Set(['unknown']));
  });

  it('case 32: a changed slot is spent before the command, and the way back too; the day is full with one kept for it', async () => {
    modem.on(/JHSLOT\?/, ['+JHSLOT: 1', 'OK']);
    await ready(mux);
    expect(phone.state.switchesLeft).toBe(29);
    // The switch never arrives: asked for once, and once to go back.
    const switching = failure(phone.selectSlot(2));
    await pass(clock, 40_000, 500);
    expect((await switching).code).toBe('sim.switch-failed');
    expect(rules.spent).toHaveLength(2);
    expect(phone.state.switchesLeft).toBe(27);
    for (let n = 2; n < 29; n += 1) rules.noteSwitch('scripted', clock.now());
    const full = await failure(phone.selectSlot(2));
    expect(full.code).toBe('sim.switch-budget');
    expect(full.details).toMatchObject({ limit: 30, slot: 2 });
    expect(modem.sent.filter((line) => line.startsWith('AT+JHSLOT='))).toHaveLength(2);
  });

  it('case 32: the same card after a switch is not the other one: back, and the details say whether that worked', async () => {
    let at1 = true;
    modem.on(/JHSLOT\?/, ['ERROR']);
    modem.on(/JHSLOT=/, () => ['OK']);
    await ready(mux);
    const unverified = failure(phone.selectSlot(2));
    await pass(clock, 40_000, 500);
    expect((await unverified).details).toMatchObject({ reason: 'unverified', slot: 2 });
    expect((await unverified).details).not.toHaveProperty('backFailed');

    // The other card comes and has no network; the way back ends at a third one.
    modem.on(/JHSLOT=/, (line) => {
      at1 = line.endsWith('=1');
      return ['OK'];
    });
    modem.on(/CCID/, () => [at1 ? '+CCID: 89860026000009990999' : '+CCID: 89860126000001020102', 'OK']);
    modem.on(/CREG\?/, ['+CREG: 1,3', 'OK']);
    const lost = failure(phone.selectSlot(2));
    await pass(clock, 90_000, 500);
    expect((await lost).details).toMatchObject({ reason: 'denied', backFailed: true });
  });

  it('case 32: a card that nobody can tell from another is believed only where the phone says where it stands', async () => {
    modem.on(/CCID/, ['ERROR']);
    let stands = 3;
    modem.on(/JHSLOT\?/, () => [`+JHSLOT: ${stands}`, 'OK']);
    modem.on(/JHSLOT=/, (line) => {
      stands = Number(line.at(-1));
      return ['OK'];
    });
    await ready(mux);
    await Promise.all([phone.selectSlot(2), pass(clock, 5_000, 100)]);
    expect(phone.state.activeSlot).toBe(2);
    modem.on(/JHSLOT\?/, ['ERROR']);
    const blind = failure(phone.selectSlot(1));
    await pass(clock, 40_000, 500);
    expect((await blind).details).toMatchObject({ reason: 'unverified' });
  });

  it.each([
    [10, 'absent', 'sim.absent'],
    [11, 'pin-required', 'sim.pin-required'],
    [12, 'puk-required', 'sim.puk-required'],
    [13, 'failed', 'sim.failed'],
    [15, 'failed', 'sim.failed'],
  ])(
    'case 30: +CME ERROR: %i makes a card %s, and its slot says so instead of dialling',
    async (cme, condition, code) => {
      modem.on(/CPIN\?/, [`+CME ERROR: ${cme}`]);
      await ready();
      expect(phone.state.slots[0]?.condition).toBe(condition);
      expect((await failure(phone.dial({ callId: 'c', dialString: number, slot: 1 }))).code).toBe(code);
      expect(modem.sent.filter((text) => text.startsWith('ATD'))).toEqual([]);
    },
  );

  it('case 30: a card that is busy is looked at again until it is there; nothing about it is believed meanwhile', async () => {
    let busy = 3;
    modem.on(/CPIN\?/, () => (busy-- > 0 ? ['+CME ERROR: 14'] : ['+CPIN: READY', 'OK']));
    phone.connect(one);
    await pass(clock, 500);
    expect(phone.state.slots[0]?.condition).toBe('unknown');
    await pass(clock, 8_000, 100);
    expect(phone.state.slots[0]?.condition).toBe('ready');
    expect(phone.obstacle(1)).toBeNull();
  });

  it('case 30: nobody but a person enters a code: no PIN by itself, and a PUK never', async () => {
    modem.on(/CPIN\?/, ['+CPIN: SIM PUK', 'OK']);
    await ready();
    expect((await failure(phone.enterPin(1, '1234'))).code).toBe('sim.puk-required');
    modem.on(/CPIN\?/, ['+CPIN: SIM PIN', 'OK']);
    await pass(clock, 60_000, 500);
    expect(phone.state.slots[0]?.condition).toBe('pin-required');
    expect(modem.sent.filter((text) => text.startsWith('AT+CPIN='))).toEqual([]);
  });

  it('case 31: roaming asks for consent, per card', async () => {
    modem.on(/CREG\?/, ['+CREG: 1,5', 'OK']);
    await ready();
    expect(phone.state.slots[0]).toMatchObject({ condition: 'roaming', voice: 'yes', roamingAllowed: false });
    expect((await failure(phone.dial({ callId: 'c', dialString: number, slot: 1 }))).code).toBe('sim.roaming');
    // Nobody asks for consent when somebody is in need.
    await Promise.all([phone.dial({ callId: 'sos', dialString: '120', slot: 1 }), pass(clock, 300)]);
    expect(modem.sent).toContain('ATD120;');
    await pass(clock, 5_000);
    rules.roaming = true;
    expect(phone.obstacle(1)).toBeNull();
  });

  it('registered is not able to call: messages only, data without IMS, and a call that rings as proof', async () => {
    modem
      .on(/CREG\?/, ['+CREG: 1,6', 'OK'])
      .on(/CEREG\?/, ['+CEREG: 1,1', 'OK'])
      .on(/CIREG\?/, ['ERROR']);
    await ready();
    expect(phone.state.slots[0]).toMatchObject({ condition: 'ready', voice: 'no' });
    expect(phone.obstacle(1)?.code).toBe('sim.no-voice');

    modem.on(/\+CREG\?/, ['+CREG: 1,0', 'OK']);
    await pass(clock, 16_000, 100);
    expect(phone.state.slots[0]).toMatchObject({ condition: 'ready', voice: 'unproven', problem: null });
    modem.on(/CLCC/, [`+CLCC: 1,0,3,0,0,"${number}",129`, 'OK']);
    await phone.dial({ callId: 'c1', dialString: number, slot: 1 });
    await pass(clock, 500);
    expect(phone.state.slots[0]?.voice).toBe('yes');
  });

  it('case 31: emergency calls only is no network to dial by', async () => {
    modem.on(/CREG\?/, ['+CREG: 1,8', 'OK']);
    await ready();
    expect(phone.obstacle(1)?.code).toBe('sim.emergency-only');
  });
});
