import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { pass, ScriptedModem } from '#tests/support/scripted-modem.ts';
import { createDeskPhone, loadProfiles, type DeskPhone } from '../index.ts';
import { freshPhoneRules } from '#tests/support/phone-rules.ts';

const at = { kind: 'serial', path: 'p', baudRate: 115_200 } as const;

describe('a modem that says too much', () => {
  let clock: ManualClock;
  let modem: ScriptedModem;
  let phone: DeskPhone;
  let opened: number;

  beforeEach(async () => {
    clock = new ManualClock();
    opened = 0;
    modem = new ScriptedModem()
      .on(/CPIN\?/, ['+CPIN: READY', 'OK'])
      .on(/CCID/, ['+CCID: 89860026000001010101', 'OK'])
      .on(/CREG\?/, ['+CREG: 1,1', 'OK'])
      .on(/CSQ/, ['+CSQ: 20,99', 'OK']);
    modem.open = () => Promise.resolve(void (opened += 1));
    const context = { clock, newId: () => 'id', logger: silentLogger, dataDir: '/nowhere' };
    phone = createDeskPhone({
      context,
      rules: freshPhoneRules(),
      profiles: loadProfiles('resources/devices'),
      openTransport: () => modem,
    });
    phone.connect({ kind: 'modem-per-sim', modems: [{ at, pcm: null }] });
    await pass(clock, 2_000, 20);
    expect(phone.obstacle(1)).toBeNull();
  });

  it('case 6: one that turns to garbage is closed, and opened again', async () => {
    for (let n = 0; n < 300; n += 1) modem.raw('\xfe\x80\xf8\x00\xe0\x9f\r\x98');
    await pass(clock, 300, 20);
    expect(phone.state).toMatchObject({ connection: 'lost', problem: { code: 'phone.not-answering' } });
    await pass(clock, 4_000, 20);
    expect(opened).toBe(2);
    expect(phone.obstacle(1)).toBeNull();
    phone.dispose();
  });

  it('case 3: where noise answers and no modem ever did, the problem tells it from silence', async () => {
    modem.on(/./, null);
    modem.sent.length = 0;
    phone.connect({ kind: 'modem-per-sim', modems: [{ at, pcm: null }] });
    await pass(clock, 100, 20);
    modem.raw('\x80\x91\xff\xfe\x03\x02\x80\x91\xff\xfe\x03\x02');
    await pass(clock, 1_600, 20);
    const { problem } = phone.state;
    expect(problem).toEqual({ code: 'phone.not-a-phone', details: { port: 'scripted', heard: 'noise' } });
    expect(modem.sent).toEqual(['AT', 'AT', 'AT', 'AT', 'AT']);
    phone.dispose();
  });

  it('case 3: a port that streams is left alone at once', async () => {
    modem.on(/./, null);
    modem.sent.length = 0;
    phone.connect({ kind: 'modem-per-sim', modems: [{ at, pcm: null }] });
    await pass(clock, 60, 20);
    modem.raw('\x80\x00\xff\xfe\x03\x02\x00\x91'.repeat(200));
    await pass(clock, 300, 20);
    expect(phone.state.problem).toMatchObject({ code: 'phone.not-a-phone', details: { heard: 'noise' } });
    expect(modem.sent).toEqual(['AT']);
    phone.dispose();
  });

  it('case 12: a storm of registration reports does not put off looking at the network', async () => {
    modem.sent.length = 0;
    modem.on(/CREG\?/, ['+CREG: 1,2', 'OK']);
    for (let ms = 0; ms < 1_000; ms += 20) {
      for (let n = 0; n < 10; n += 1) modem.raw('\r\n+CREG: 2\r\n');
      await pass(clock, 20, 20);
    }
    expect(phone.state.slots[0]?.condition).toBe('searching');
    // And it is not asked for each of the five hundred either.
    expect(modem.sent.filter((text) => text === 'AT+CPIN?').length).toBeLessThanOrEqual(10);
    phone.dispose();
  });
});
