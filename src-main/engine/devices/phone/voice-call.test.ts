import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { ChannelEvent, Stamp } from '#shared/domain/call-channel.ts';
import { pass, ScriptedModem, settle } from '#tests/support/scripted-modem.ts';
import { AtSession } from '../at/at-session.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import { loadProfiles } from '../profiles/load-profiles.ts';
import { VoiceCall } from './voice-call.ts';

const number = '15400000137';
const row = (stat: number, to = number, mode = 0): string => `+CLCC: 1,0,${stat},${mode},0,"${to}",129`;

describe('VoiceCall', () => {
  let clock: ManualClock;
  let modem: ScriptedModem;
  let session: AtSession;
  let list: string[] | null;
  let call: VoiceCall;
  let events: { event: ChannelEvent; stamp: Stamp; at: number }[];

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
    const emit = (event: ChannelEvent, stamp: Stamp): number => events.push({ event, stamp, at: clock.mono() });
    call = new VoiceCall({ session, profile, clock, logger: silentLogger, emit }, number);
    session.onUrc((urc) => {
      if (urc.kind === 'call' || urc.kind === 'ring') call.hint(urc);
    });
  };
  beforeEach(() => setUp());

  const answered = async (): Promise<void> => {
    list = [row(0)];
    await call.dial();
    await settle();
  };

  it('tells accepted, dialing, alerting, answered once each; OK is no answer', async () => {
    list = [row(2)];
    await call.dial();
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
    call.lost('device-reset');
    await call.dial();
    expect(end()).toEqual({ type: 'ended', cause: 'device-reset' });
    expect(modem.sent).toEqual([]);
  });

  it('looks five times a second while it rings, and less often at a modem that is slow to answer', async () => {
    list = [row(3)];
    await call.dial();
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
    await call.dial();
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

  it('does not take packet bearers and incoming calls for ours', async () => {
    list = [row(0, '', 1), '+CLCC: 2,1,4,0,0,"15400000999",129'];
    await call.dial();
    await pass(clock, 1_000);
    expect(types()).toEqual(['accepted']);
  });

  it('ends after two good looks without it, 300 ms apart, with the middle as its time', async () => {
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
  ])('%s as a report ends it at once as %s', async (word, cause) => {
    list = [row(3)];
    await call.dial();
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
    await call.dial();
    await pass(clock, 100);
    list = [];
    modem.say('NO CARRIER', 'NO CARRIER');
    await settle();
    expect(end()).toEqual({ type: 'ended', cause: 'unreachable' });
    expect(modem.sent.filter((line) => line === 'AT+CEER')).toHaveLength(1);
  });

  it('a late NO CARRIER of the call before does not end this one', async () => {
    await answered();
    modem.say('NO CARRIER');
    await pass(clock, 1_000);
    list = [];
    await pass(clock, 600);
    expect(end()).toBeUndefined();
  });

  it('NO CARRIER as the final of ATD counts only when the list agrees', async () => {
    modem.on(/^ATD/, ['NO CARRIER']);
    list = [row(2)];
    await call.dial();
    await pass(clock, 300);
    expect(end()).toBeUndefined();
    expect(types()).toContain('dialing');
  });

  it.each([
    [['BUSY'], 'busy'],
    [['ERROR'], 'refused-by-device'],
    [['+CME ERROR: 30'], 'network-failure'],
  ])('ATD answered with %j ends as %s without accepted', async (reply, cause) => {
    modem.on(/^ATD/, reply);
    await call.dial();
    await pass(clock, 200);
    expect(events.map(({ event }) => event)).toEqual([{ type: 'ended', cause }]);
  });

  it('hangs up by the ladder: neither OK nor ERROR counts, only the empty list', async () => {
    await answered();
    modem.on(/CHUP/, ['+CME ERROR: 4']).on(/CHLD=11/, ['OK']);
    modem.on(/^ATH/, () => {
      list = [];
      return ['OK'];
    });
    call.hangUp();
    call.hangUp();
    await pass(clock, 6_000);
    expect(end()).toEqual({ type: 'ended', cause: 'local-hang-up' });
    expect(modem.sent.filter((line) => /CHUP|CHLD|ATH/.test(line))).toEqual(['AT+CHUP', 'AT+CHLD=11', 'ATH']);
  });

  it('a call that no command ends is stuck, and can be tried again', async () => {
    await answered();
    call.hangUp();
    await pass(clock, 10_000);
    expect(call.stuck).toBe(true);
    expect(end()).toBeUndefined();
    list = [];
    call.hangUp();
    await pass(clock, 100);
    expect(end()).toEqual({ type: 'ended', cause: 'local-hang-up' });
  });

  it('hung up before ATD could be written: never dialed', async () => {
    modem.on(/CSQ/, null);
    void session.send({ text: 'AT+CSQ', priority: 'info' });
    const dialing = call.dial();
    call.hangUp();
    modem.say('OK');
    await dialing;
    await pass(clock, 100);
    expect(end()).toEqual({ type: 'ended', cause: 'local-hang-up' });
    expect(modem.sent.some((line) => line.startsWith('ATD'))).toBe(false);
  });

  it('hung up while ATD is in flight: one CR first, then CHUP', async () => {
    setUp({ ...jh5, atdBlocks: true });
    modem.on(/^ATD/, null).on(/^$/, ['NO CARRIER']);
    await call.dial();
    call.hangUp();
    await pass(clock, 500);
    expect(modem.sent.slice(0, 3)).toEqual([`ATD${number};`, '', 'AT+CHUP']);
    expect(end()).toEqual({ type: 'ended', cause: 'local-hang-up' });
  });

  it('an ATD that is never answered: the list decides whether there is a call', async () => {
    modem.on(/^ATD/, null);
    await call.dial();
    list = [row(3)];
    await pass(clock, 11_500);
    expect(types()).toEqual(['alerting']);
  });

  it('the device is lost: ends once, between the last proof and now', async () => {
    await answered();
    await pass(clock, 400);
    call.lost('device-lost');
    call.lost('device-reset');
    expect(events.slice(-1)).toMatchObject([
      { event: { type: 'ended', cause: 'device-lost' }, stamp: { mono: 200, precisionMs: 200 } },
    ]);
    expect(types().filter((type) => type === 'ended')).toHaveLength(1);
  });
});
