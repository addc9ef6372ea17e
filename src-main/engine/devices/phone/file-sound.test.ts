import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { AppError } from '#shared/base/errors.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { Playback } from '#shared/domain/call-channel.ts';
import { failure, pass, ScriptedModem, settle } from '#tests/support/scripted-modem.ts';
import { AtSession } from '../at/at-session.ts';
import { loadProfiles } from '../profiles/load-profiles.ts';
import type { ClipsProfile, PhoneProfile } from '../profiles/profile.ts';
import { FileCallSound } from './file-sound.ts';
import { clipsFor, openCallSound } from './open-sound.ts';
import { soundPlanOf } from './sound-plan.ts';

const profiles = loadProfiles('resources/devices');
const profileOf = (id: string): PhoneProfile => profiles.find((one) => one.id === id) as PhoneProfile;
const quectel = profileOf('quectel-ec2x');
const clips = quectel.clips as ClipsProfile;
const clip = new Int16Array(16_000);
const shut = 'AT+CMUT=1';
const play = 'AT+QPSND=1,"UFS:jh.wav",0,1,1';
const headset = { next: () => new Int16Array(160) };

let clock: ManualClock;
let modem: ScriptedModem;
let session: AtSession;
let sound: FileCallSound;
let missing: AppError | null;

const make = (own: Partial<ClipsProfile> = {}): void => {
  clock = new ManualClock();
  modem = new ScriptedModem();
  session = new AtSession({ transport: modem, clock, logger: silentLogger, minGapMs: 0 });
  missing = null;
  const nameOf = (): string => {
    if (missing) throw missing;
    return 'jh.wav';
  };
  sound = new FileCallSound({ clock, logger: silentLogger, session, clips: { ...clips, ...own }, nameOf });
};
beforeEach(() => make());

const endsOf = (playback: Playback): string[] => {
  const ends: string[] = [];
  playback.onEnd((reason) => ends.push(reason));
  return ends;
};

describe('a call whose opener the phone plays', () => {
  it('shuts the microphone, plays, and lets the agent in by one line', async () => {
    const playback = await sound.play(clip);
    await pass(clock, 700);
    await Promise.all([playback.cutIn(), playback.cutIn()]);
    await pass(clock, 1_000);
    expect(modem.sent).toEqual([shut, play, 'AT+CMUT=0;+QPSND=0']);
    expect(playback.heardMs).toBe(700);
    await sound.openVoice();
    expect(modem.sent).toHaveLength(3);
  });

  it('counts from the OK of the phone, ends with its report, and the cut-in behind it opens the microphone alone', async () => {
    modem.on(/QPSND=1/, null);
    const begun = sound.play(clip);
    await pass(clock, 300);
    modem.say('OK');
    const playback = await begun;
    const ends = endsOf(playback);
    await pass(clock, 1_990);
    expect([playback.heardMs, ends]).toEqual([1_990, []]);
    modem.say('+QPSND: 0');
    expect([playback.heardMs, ends]).toEqual([2_000, ['finished']]);
    modem.say('+QPSND: 0');
    await pass(clock, 9_000);
    expect(ends).toEqual(['finished']);
    await playback.cutIn();
    expect(modem.sent.slice(2)).toEqual(['AT+CMUT=0']);
  });

  it('takes its length for its end where the report is lost, soon where a make has none', async () => {
    const ends = endsOf(await sound.play(clip));
    await pass(clock, 4_900);
    expect(ends).toEqual([]);
    await pass(clock, 200);
    expect(ends).toEqual(['finished']);

    make({ finished: null });
    const sooner = endsOf(await sound.play(clip));
    await pass(clock, 2_400);
    expect(sooner).toEqual(['finished']);
  });

  it('an end long before its time is a failure, with what was heard', async () => {
    const playback = await sound.play(clip);
    const ends = endsOf(playback);
    await pass(clock, 300);
    modem.say('+QPSND: 0');
    expect([ends, playback.heardMs]).toEqual([['failed'], 300]);
  });

  it('a phone that refuses to play, or has not got it, rejects; the agent is let in by openVoice', async () => {
    modem.on(/QPSND=1/, ['+CME ERROR: 3']);
    expect((await failure(sound.play(clip))).code).toBe('phone.refused');
    await sound.openVoice();
    expect(modem.sent).toEqual([shut, play, 'AT+QPSND=0', 'AT+CMUT=0']);
    missing = new AppError('opener.phone-full');
    expect((await failure(sound.play(clip))).code).toBe('opener.phone-full');
    expect(modem.sent).toHaveLength(4);
  });

  it('a make that does not take both in one line is asked for each, and a refusal can be tried again', async () => {
    modem.on(/;/, ['ERROR']).on(/CMUT=0$/, ['ERROR']);
    const playback = await sound.play(clip);
    expect((await failure(playback.cutIn())).code).toBe('phone.refused');
    modem.on(/CMUT=0$/, ['OK']);
    await playback.cutIn();
    expect(modem.sent.slice(2, 5)).toEqual(['AT+CMUT=0;+QPSND=0', 'AT+QPSND=0', 'AT+CMUT=0']);
    expect(modem.sent.at(-1)).toBe('AT+CMUT=0');
  });

  it('a hang-up goes before the stop of its clip, and a call that is over needs none', async () => {
    const playback = await sound.play(clip);
    await pass(clock, 400);
    playback.stop();
    const hangUp = session.send({ text: 'AT+CHUP', priority: 'hang-up' });
    await pass(clock, 50);
    await hangUp;
    expect(modem.sent.slice(2)).toEqual(['AT+CHUP', 'AT+QPSND=0']);
    expect(playback.heardMs).toBe(400);

    const next = await sound.play(clip);
    next.stop();
    sound.dispose();
    await pass(clock, 50);
    expect(modem.sent.slice(4)).toEqual([shut, play]);
    expect((await failure(sound.play(clip))).code).toBe('call.gone');
  });

  it('a mute that comes while the opener has the line is kept for the cut-in', async () => {
    expect(sound.noteMuted(false)).toBe(false);
    const playback = await sound.play(clip);
    expect(sound.noteMuted(true)).toBe(true);
    await playback.cutIn();
    expect(modem.sent.slice(2)).toEqual(['AT+QPSND=0']);
    expect(sound.noteMuted(false)).toBe(false);
  });

  it('gives no sound: nothing to hear, nothing to record', async () => {
    const frames: unknown[] = [];
    sound.onFrame();
    await sound.play(clip);
    await settle();
    expect([frames, sound.recordable, sound.uplink]).toEqual([[], false, null]);
  });
});

describe('the way of the opener by make and route', () => {
  const soundless: PhoneProfile = { ...quectel, sound: null };
  it.each([
    ['Quectel, handset', quectel, null, true, { opener: 'phone', recording: 'none', clip: 'stored' }],
    ['Quectel, headset', quectel, headset, true, { opener: 'desk', recording: 'whole', clip: null }],
    ['Quectel, headset without its sound port', quectel, headset, false, { opener: 'none', recording: 'none' }],
    ['SIMCom, handset', profileOf('simcom-a76xx'), null, true, { opener: 'desk', recording: 'until-cut-in' }],
    ['JH-5, handset', profileOf('jinhu-jh5'), null, true, { opener: 'desk', recording: 'whole' }],
    ['no sound at all but files', soundless, headset, false, { opener: 'phone', recording: 'none' }],
    ['neither', profileOf('generic-27007'), null, false, { opener: 'none', recording: 'none' }],
  ] as const)('%s', (_name, profile, voice, port, plan) => {
    expect(soundPlanOf(profile, voice, port, 'stored')).toMatchObject(plan);
    const opened = openCallSound({
      clock,
      logger: silentLogger,
      session,
      pcm: port ? modem : null,
      profile,
      voice,
      nameOfClip: () => 'jh.wav',
    });
    expect(opened === null ? 'none' : opened instanceof FileCallSound ? 'phone' : 'desk').toBe(plan.opener);
    expect(clipsFor(profile, voice) !== null).toBe(plan.opener === 'phone');
    opened?.dispose();
  });
});
