import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { ChannelEvent, Stamp } from '#shared/domain/call-channel.ts';
import { pass, ScriptedModem, settle } from '#tests/support/scripted-modem.ts';
import { AtSession } from '../at/at-session.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import { loadProfiles } from '../profiles/load-profiles.ts';
import type { LineOutput } from './line-state.ts';
import { ModemLine } from './modem-line.ts';

const number = '15400000137';
const row = (stat: number, to = number, mode = 0): string => `+CLCC: 1,0,${stat},${mode},0,"${to}",129`;

describe('ModemLine', () => {
  let clock: ManualClock;
  let modem: ScriptedModem;
  let session: AtSession;
  let list: string[] | null;
  let line: ModemLine;
  let calls: Extract<LineOutput, { type: 'incoming' }>[];
  let events: { id: string; event: ChannelEvent; stamp: Stamp; at: number }[];

  const jh5 = loadProfiles('resources/devices').find(({ id }) => id === 'jinhu-jh5') as PhoneProfile;
  const types = (): string[] => events.map(({ event }) => event.type);
  const end = (): ChannelEvent | undefined => events.find(({ event }) => event.type === 'ended')?.event;

  const setUp = (profile: PhoneProfile = jh5): void => {
    clock = new ManualClock();
    modem = new ScriptedModem();
    list = [];
    events = [];
    modem.on(/CLCC/, () => list && [...list, 'OK']);
    session = new AtSession({ transport: modem, clock, logger: silentLogger, minGapMs: 0 });
    calls = [];
    line = new ModemLine({
      session,
      profile,
      clock,
      logger: silentLogger,
      tell(output) {
        if (output.type === 'incoming') calls.push(output);
        else events.push({ id: output.id, event: output.event, stamp: output.stamp, at: clock.mono() });
      },
    });
    session.onUrc((urc) => line.report(urc.line));
  };
  beforeEach(() => setUp());

  const dial = (): Promise<void> => {
    line.place('c1', number);
    return line.dial('c1', number, { hideNumber: false });
  };

  const answered = async (): Promise<void> => {
    list = [row(0)];
    await dial();
    await settle();
  };

  it('tells accepted, dialing, alerting, answered once each; OK is no answer', async () => {
    list = [row(2)];
    await dial();
    await settle();
    expect(types()).toEqual(['accepted', 'dialing']);
    list = [row(3)];
    await pass(clock, 1_200);
    list = [row(0)];
    await pass(clock, 5_000);
    expect(types()).toEqual(['accepted', 'dialing', 'alerting', 'answered']);
    expect(events[3]?.stamp).toMatchObject({ source: 'clcc', precisionMs: 100 });
    expect(modem.sent[0]).toBe(`ATD${number};`);
  });

  it('is not dialled when the modem restarted before its turn came', async () => {
    line.place('c1', number);
    line.lost('device-reset');
    await line.dial('c1', number, { hideNumber: false });
    expect(end()).toEqual({ type: 'ended', cause: 'device-reset' });
    expect(modem.sent).toEqual([]);
  });

  it('looks five times a second while it rings, and less often at a modem that is slow to answer', async () => {
    list = [row(3)];
    await dial();
    await settle();
    const looks = (): number => modem.sent.filter((text) => text === 'AT+CLCC').length;
    const before = looks();
    await pass(clock, 1_000);
    expect(looks() - before).toBe(5);
    list = null;
    await pass(clock, 200);
    const asked = looks();
    await pass(clock, 400);
    list = [row(3)];
    modem.say(row(3));
    modem.say('OK');
    await pass(clock, 390);
    expect(looks()).toBe(asked);
    await pass(clock, 150);
    expect(looks()).toBe(asked + 1);
  });

  it('takes the time of a report when one came', async () => {
    list = [row(3)];
    await dial();
    await pass(clock, 120);
    list = [row(0)];
    const at = clock.mono();
    modem.say(`^DSCI: 1,0,3,0,${number},129`);
    await settle();
    expect(events.at(-1)).toMatchObject({ event: { type: 'answered' }, stamp: { mono: at, source: 'urc' } });
  });

  it('sees held and resumed', async () => {
    await answered();
    list = [row(1)];
    await pass(clock, 1_600);
    list = [row(0)];
    await pass(clock, 1_600);
    expect(types()).toEqual(['accepted', 'answered', 'held', 'resumed']);
  });

  it('case 27: does not take packet bearers and incoming calls for ours', async () => {
    list = [row(0, '', 1), '+CLCC: 2,1,4,0,0,"15400000999",129'];
    await dial();
    await pass(clock, 1_000);
    expect(types()).toEqual(['accepted']);
  });

  it('case 22: ends after two good looks without it, 300 ms apart, with the middle as its time', async () => {
    await answered();
    await pass(clock, 100);
    list = [];
    await pass(clock, 1_400);
    expect(end()).toBeUndefined();
    await pass(clock, 310);
    expect(end()).toEqual({ type: 'ended', cause: 'remote-hang-up' });
    expect(events.at(-1)?.stamp).toMatchObject({ mono: 750, precisionMs: 750, source: 'clcc' });
  });

  it('a look that fails, or a row that cannot be read, is no information', async () => {
    await answered();
    modem.on(/CLCC/, ['ERROR']);
    await pass(clock, 5_000);
    modem.on(/CLCC/, ['+CLCC: garbage', 'OK']);
    await pass(clock, 5_000);
    expect(end()).toBeUndefined();
  });

  it('a call that blinked for one look goes on', async () => {
    await answered();
    list = [];
    await pass(clock, 1_500);
    list = [row(0)];
    await pass(clock, 3_000);
    expect(types()).toEqual(['accepted', 'answered']);
  });

  it.each([
    ['BUSY', 'busy'],
    ['NO ANSWER', 'no-answer'],
    ['NO DIALTONE', 'network-failure'],
  ])('case 15: %s as a report ends it at once as %s', async (word, cause) => {
    list = [row(3)];
    await dial();
    await pass(clock, 200);
    list = [];
    const at = clock.mono();
    modem.say(word);
    await settle();
    expect(end()).toEqual({ type: 'ended', cause });
    expect(events.at(-1)?.stamp).toMatchObject({ mono: at, source: 'urc' });
    expect(modem.sent).not.toContain('AT+CEER');
  });

  it('NO CARRIER before the answer asks the network why, once', async () => {
    modem.on(/CEER/, ['+CEER: 1,"Unassigned number"', 'OK']);
    list = [row(2)];
    await dial();
    await pass(clock, 100);
    list = [];
    modem.say('NO CARRIER', 'NO CARRIER');
    await settle();
    expect(end()).toEqual({ type: 'ended', cause: 'unreachable' });
    expect(modem.sent.filter((line) => line === 'AT+CEER')).toHaveLength(1);
  });

  it('case 17: a late NO CARRIER of the call before does not end this one', async () => {
    await answered();
    modem.say('NO CARRIER');
    await pass(clock, 1_000);
    list = [];
    await pass(clock, 600);
    expect(end()).toBeUndefined();
  });

  it('case 16: NO CARRIER before the OK of ATD ends this call, and the OK does not revive it', async () => {
    modem.on(/^ATD/, ['NO CARRIER', 'OK']).on(/CEER/, ['+CEER: 1,"Unassigned number"', 'OK']);
    await dial();
    await pass(clock, 1_000);
    expect(events.map(({ event }) => event)).toEqual([{ type: 'ended', cause: 'unreachable' }]);
  });

  it('case 20: a modem without +CLCC that cannot show answers: in progress until its word or our hang-up', async () => {
    setUp({ ...jh5, showsAnswers: false });
    modem.on(/CLCC/, ['ERROR']);
    await dial();
    await pass(clock, 5_000);
    expect(types()).toEqual(['accepted', 'in-progress']);
    line.hangUp('c1');
    await pass(clock, 500);
    expect(types()).toEqual(['accepted', 'in-progress', 'ended']);
    expect(end()).toEqual({ type: 'ended', cause: 'local-hang-up' });
  });

  it('hides our number for one call alone', async () => {
    line.place('c1', number);
    await line.dial('c1', number, { hideNumber: true });
    expect(modem.sent[0]).toBe(`ATD${number}I;`);
  });

  it('case 28: nothing is asked while nothing rings, and the list is watched while it does', async () => {
    await pass(clock, 5_000, 100);
    expect(modem.sent).toEqual([]);
    list = ['+CLCC: 1,1,4,0,0,"15400000999",129'];
    modem.say('RING', '+CLIP: "15400000999",129');
    await pass(clock, 50);
    expect(calls).toMatchObject([{ number: '15400000999', waiting: false }]);
    list = [];
    await pass(clock, 1_000);
    expect(end()).toEqual({ type: 'ended', cause: 'remote-hang-up' });
    const before = modem.sent.length;
    await pass(clock, 5_000, 100);
    expect(modem.sent).toHaveLength(before);
  });

  it('an answer that the network refuses says so, and the call goes on ringing', async () => {
    list = ['+CLCC: 1,1,4,0,0,"15400000999",129'];
    modem.on(/^ATA/, ['ERROR']);
    modem.say('RING');
    await pass(clock, 50);
    await expect(line.answer('incoming-1')).rejects.toThrow('phone.refused');
    expect(types()).toEqual([]);
    expect(line.call('incoming-1')?.phase).toBe('incoming');
  });

  it('case 17: NO CARRIER as the final of ATD counts only when the list agrees', async () => {
    modem.on(/^ATD/, ['NO CARRIER']);
    list = [row(2)];
    await dial();
    await pass(clock, 300);
    expect(end()).toBeUndefined();
    expect(types()).toContain('dialing');
  });

  it.each([
    [['BUSY'], 'busy'],
    [['ERROR'], 'refused-by-device'],
    [['+CME ERROR: 30'], 'network-failure'],
  ])('case 15: ATD answered with %j ends as %s without accepted', async (reply, cause) => {
    modem.on(/^ATD/, reply);
    await dial();
    await pass(clock, 200);
    expect(events.map(({ event }) => event)).toEqual([{ type: 'ended', cause }]);
  });

  it('cases 21 and 24: hangs up by the ladder: neither OK nor ERROR counts, only the empty list', async () => {
    await answered();
    modem.on(/CHUP/, ['+CME ERROR: 4']).on(/CHLD=11/, ['OK']);
    modem.on(/^ATH/, () => {
      list = [];
      return ['OK'];
    });
    line.hangUp('c1');
    line.hangUp('c1');
    await pass(clock, 6_000);
    expect(end()).toEqual({ type: 'ended', cause: 'local-hang-up' });
    expect(modem.sent.filter((line) => /CHUP|CHLD|ATH/.test(line))).toEqual(['AT+CHUP', 'AT+CHLD=11', 'ATH']);
  });

  it('case 23: a call that no command ends is stuck, and can be tried again', async () => {
    await answered();
    line.hangUp('c1');
    await pass(clock, 10_000);
    expect(line.isStuck('c1')).toBe(true);
    expect([types().at(-1), end()]).toEqual(['stuck', undefined]);
    list = [];
    line.hangUp('c1');
    await pass(clock, 100);
    expect(end()).toEqual({ type: 'ended', cause: 'local-hang-up' });
  });

  it('case 23: a stuck call, and no other, can be ended by a restart of the modem', async () => {
    await answered();
    line.hangUp('c1');
    await expect(line.forceEnd('c1')).rejects.toMatchObject({ code: 'call.ending' });
    await pass(clock, 10_000);
    modem.on(/CFUN/, ['OK']);
    await line.forceEnd('c1');
    expect(modem.sent.filter((text) => text.includes('CFUN'))).toEqual(['AT+CFUN=1,1']);
  });

  it('case 23: a make without a restart command says so', async () => {
    setUp({ ...jh5, reset: null });
    await answered();
    line.hangUp('c1');
    await pass(clock, 10_000);
    await expect(line.forceEnd('c1')).rejects.toMatchObject({ code: 'call.no-restart' });
  });

  it('hung up before ATD could be written: never dialed', async () => {
    modem.on(/CSQ/, null);
    void session.send({ text: 'AT+CSQ', priority: 'info' });
    const dialing = dial();
    line.hangUp('c1');
    modem.say('OK');
    await dialing;
    await pass(clock, 100);
    expect(end()).toEqual({ type: 'ended', cause: 'local-hang-up' });
    expect(modem.sent.some((line) => line.startsWith('ATD'))).toBe(false);
  });

  it('case 18: hung up while ATD is in flight: one CR, the only byte allowed then, and CHUP behind it', async () => {
    setUp({ ...jh5, atdBlocks: true });
    modem.on(/^ATD/, null).on(/^$/, ['NO CARRIER']);
    await dial();
    line.hangUp('c1');
    await pass(clock, 500);
    expect(modem.sent.slice(0, 3)).toEqual([`ATD${number};`, '', 'AT+CHUP']);
    expect(end()).toEqual({ type: 'ended', cause: 'local-hang-up' });
  });

  it('an ATD that is never answered: the list decides whether there is a call', async () => {
    modem.on(/^ATD/, null);
    await dial();
    list = [row(3)];
    await pass(clock, 11_500);
    expect(types()).toEqual(['alerting']);
  });

  it('the device is lost: ends once, between the last proof and now', async () => {
    await answered();
    await pass(clock, 400);
    line.lost('device-lost');
    line.lost('device-reset');
    expect(events.slice(-1)).toMatchObject([
      { event: { type: 'ended', cause: 'device-lost' }, stamp: { mono: 200, precisionMs: 200 } },
    ]);
    expect(types().filter((type) => type === 'ended')).toHaveLength(1);
  });
});
