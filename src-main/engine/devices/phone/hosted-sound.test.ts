import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { frameSamples, type AgentVoice, type SoundFrame } from '#shared/domain/call-channel.ts';
import { failure, pass, ScriptedModem, settle } from '#tests/support/scripted-modem.ts';
import { AtSession } from '../at/at-session.ts';
import type { PcmProfile } from '../profiles/profile.ts';
import { HostedCallSound } from './hosted-sound.ts';
import { HostUplink } from './host-uplink.ts';

const filled = (value: number, frames = 1): Int16Array => new Int16Array(frameSamples * frames).fill(value);
/** One frame of the phone's own sound, mono. */
const phoneFrame = new Uint8Array(frameSamples * 2);
const opener = 7;
const agent = 5;

/** A microphone that never pauses; remembers who was listening. */
const talking = (): AgentVoice & { heard: boolean[] } => {
  const heard: boolean[] = [];
  return {
    heard,
    next(open) {
      heard.push(open);
      return filled(agent);
    },
  };
};

class Pcm extends ScriptedModem {
  readonly frames: number[] = [];
  refuses = false;
  override write(bytes: Uint8Array): Promise<void> {
    if (this.refuses) return Promise.reject(new Error('gone'));
    this.frames.push(new DataView(bytes.buffer, bytes.byteOffset).getInt16(0, true));
    return Promise.resolve();
  }
  speak(): void {
    this.raw(Buffer.from(phoneFrame).toString('latin1'));
  }
}

const base = { sampleRate: 8000, frameMs: 20, downlink: 'mono-far' } as const;
const quectel: PcmProfile = {
  kind: 'pcm-plain',
  ...base,
  disable: ['AT+QPCMV=0'],
  enable: ['AT+QPCMV=1,0'],
  enableAt: 'before-dial',
  handset: null,
};
const simcom: PcmProfile = {
  kind: 'pcm-plain',
  ...base,
  disable: ['AT+CPCMREG=0'],
  enable: ['AT+CPCMREG=1'],
  enableAt: 'answer',
  handset: ['AT+CPCMREG=0'],
};
const jh5: PcmProfile = {
  kind: 'pcm-switch',
  ...base,
  disable: [],
  enable: [],
  uplinkPort: 'AT+JHUPL=1',
  uplinkHandset: 'AT+JHUPL=0',
};

function open(profile: PcmProfile, voice: AgentVoice | null = talking()) {
  const clock = new ManualClock();
  const modem = new ScriptedModem();
  const pcm = new Pcm();
  const session = new AtSession({ transport: modem, clock, logger: silentLogger, minGapMs: 0 });
  const make = (): HostedCallSound =>
    new HostedCallSound({ clock, logger: silentLogger, session, pcm, profile, voice });
  /** The phone's beat: it says 20 ms and takes 20 ms. */
  const beats = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) {
      pcm.speak();
      await pass(clock, 20, 5);
    }
  };
  return { clock, modem, pcm, make, beats };
}

describe('HostedCallSound', () => {
  it('cut-in is a switch of source at the next frame: no frame of both, none of neither', async () => {
    const { pcm, make, beats } = open(quectel);
    const sound = make();
    await beats(3);
    const playback = await sound.play(filled(opener, 50));
    await beats(10);
    await playback.cutIn();
    await beats(5);
    const { heardMs } = playback;
    expect(pcm.frames).toEqual([
      ...new Array<number>(5).fill(0),
      ...new Array<number>(10).fill(opener),
      ...new Array<number>(5).fill(agent),
    ]);
    expect(heardMs).toBe(200);
    sound.dispose();
  });

  it('shuts the microphone while an opener has the line and after its end, until the cut-in', async () => {
    const voice = talking();
    const { pcm, make, beats } = open(quectel, voice);
    const sound = make();
    const playback = await sound.play(filled(opener, 3));
    const ends: string[] = [];
    playback.onEnd((reason) => ends.push(reason));
    await beats(8);
    expect(ends).toEqual(['finished']);
    expect(pcm.frames).not.toContain(agent);
    expect(voice.heard).not.toContain(true);
    // Taken in time all along: else what piles up counts as lost.
    expect(voice.heard).toHaveLength(pcm.frames.length);
    await playback.cutIn();
    await beats(2);
    expect(pcm.frames.at(-1)).toBe(agent);
    sound.dispose();
  });

  it('without an opener the agent speaks from the answer on', async () => {
    const { pcm, make, beats } = open(quectel);
    const sound = make();
    await sound.openVoice();
    await beats(3);
    expect(new Set(pcm.frames)).toEqual(new Set([agent]));
    sound.dispose();
  });

  it('records as the agent what was really sent', async () => {
    const { make, beats } = open(quectel);
    const sound = make();
    const frames: SoundFrame[] = [];
    sound.onFrame((frame) => frames.push(frame));
    const playback = await sound.play(filled(opener, 50));
    await beats(4);
    await playback.cutIn();
    await beats(4);
    // With each beat the phone takes one frame of ours; one lies ready there when the agent cuts in.
    expect(frames.map((frame) => frame.agent[0])).toEqual([0, ...new Array<number>(6).fill(opener), agent]);
    sound.dispose();
  });

  it('takes the uplink of a phone that can switch it, once, and cuts in without a command', async () => {
    const { modem, pcm, make, beats } = open(jh5);
    const sound = make();
    const playback = await sound.play(filled(opener, 50));
    await beats(4);
    await playback.cutIn();
    await beats(2);
    expect(modem.sent).toEqual(['AT+JHUPL=1']);
    expect(pcm.frames.at(-1)).toBe(agent);
    sound.dispose();
  });

  it('CPCMREG is refused right after the answer and asked again every 100 ms until the first one succeeds', async () => {
    const { clock, modem, make, beats } = open(simcom);
    let refusals = 3;
    modem.on(/CPCMREG=1/, () => ((refusals -= 1) >= 0 ? ['ERROR'] : ['OK']));
    const sound = make();
    const playing = sound.play(filled(opener, 5));
    await pass(clock, 250);
    expect(modem.sent).toHaveLength(3);
    await pass(clock, 100);
    const playback = await playing;
    await beats(3);
    expect(modem.sent).toEqual(new Array<string>(4).fill('AT+CPCMREG=1'));
    expect(playback.heardMs).toBeGreaterThan(0);
    sound.dispose();
  });

  it('a phone that never gives its sound fails the opener with its own word', async () => {
    const { clock, modem, make } = open(simcom);
    modem.on(/CPCMREG=1/, ['ERROR']);
    const failed = failure(make().play(filled(opener, 5)));
    await pass(clock, 2_000);
    expect((await failed).code).toBe('phone.refused');
    expect(modem.sent).toHaveLength(10);
  });

  it('a handset agent gets the line back at the cut-in, and nothing is sent after it', async () => {
    const { modem, pcm, make, beats } = open(simcom, null);
    const sound = make();
    const playback = await sound.play(filled(opener, 50));
    await beats(5);
    await Promise.all([playback.cutIn(), sound.openVoice()]);
    const count = pcm.frames.length;
    await beats(5);
    expect(modem.sent).toEqual(['AT+CPCMREG=1', 'AT+CPCMREG=0']);
    expect(pcm.frames).toHaveLength(count);
    expect((await failure(sound.play(filled(opener)))).code).toBe('call.gone');
  });

  it('a refused hand-over can be tried again', async () => {
    const { modem, make } = open(simcom, null);
    modem.on(/CPCMREG=0/, ['ERROR']);
    const sound = make();
    await settle();
    expect((await failure(sound.openVoice())).code).toBe('phone.refused');
    modem.on(/CPCMREG=0/, ['OK']);
    await sound.openVoice();
    sound.dispose();
  });

  it('a port that is gone fails the opener', async () => {
    const { pcm, make, beats } = open(quectel);
    const sound = make();
    const playback = await sound.play(filled(opener, 50));
    const ends: string[] = [];
    playback.onEnd((reason) => ends.push(reason));
    await beats(2);
    pcm.refuses = true;
    await beats(2);
    expect(ends).toEqual(['failed']);
    sound.dispose();
  });
});

/** Timers of a stalled process fire late, all at the same moment. */
class LateClock extends ManualClock {
  private late = 0;
  override mono(): number {
    return super.mono() + this.late;
  }
  stall(ms: number): void {
    this.late += ms;
    this.late -= 20;
    this.advance(20);
  }
}

/** Time in small steps; what was written has left before the next one. */
async function go(clock: ManualClock, ms: number, stepMs = 1): Promise<void> {
  for (let done = 0; done < ms; done += stepMs) {
    clock.advance(stepMs);
    await Promise.resolve();
  }
}

describe('HostUplink', () => {
  function run(clock: ManualClock, write: () => Promise<void> = () => Promise.resolve()) {
    const sentAt: number[] = [];
    const uplink = new HostUplink(
      {
        clock,
        voice: talking(),
        sent: () => undefined,
        failed: () => undefined,
        write: () => {
          sentAt.push(clock.mono());
          return write();
        },
      },
      1,
    );
    return { uplink, sentAt };
  }

  it('begins with the phone and keeps an absolute grid, never more than one frame ahead', async () => {
    const clock = new ManualClock();
    const { uplink, sentAt } = run(clock);
    await go(clock, 13);
    uplink.phoneSent(320);
    await go(clock, 90, 3);
    expect(sentAt).toEqual([13, 13, 33, 53, 73, 93]);
    uplink.dispose();
  });

  it('begins by itself when the phone is silent', async () => {
    const clock = new ManualClock();
    const { uplink, sentAt } = run(clock);
    await go(clock, 100);
    expect(sentAt).toEqual([60, 60, 80, 100]);
    uplink.dispose();
  });

  it('drops and counts frames whose time is over; after a stall none is sent behind its time', async () => {
    const clock = new LateClock();
    const { uplink, sentAt } = run(clock);
    uplink.phoneSent(320);
    uplink.openVoice();
    await go(clock, 40);
    sentAt.length = 0;
    clock.stall(200);
    // Those of now and the next one.
    expect(sentAt).toHaveLength(2);
    expect(uplink.dropped).toBe(8);
    uplink.dispose();
  });

  it('a clip goes on in time after a stall, and what was not sent was not heard', async () => {
    const clock = new LateClock();
    const { uplink } = run(clock);
    uplink.phoneSent(320);
    const clip = uplink.play(filled(opener, 100));
    await go(clock, 40);
    clock.stall(200);
    await go(clock, 100);
    expect(clip.heardMs).toBe((2 + 2 + 5) * 20);
    uplink.dispose();
  });

  it.each([
    ['slower', 20.2, -1],
    ['faster', 19.8, 1],
  ])('follows a phone whose clock is one percent %s, a frame at a time', async (_what, beatMs, sign) => {
    const clock = new ManualClock();
    const { uplink, sentAt } = run(clock);
    const beats = 3_000;
    for (let n = 0; n < beats; n += 1) {
      uplink.phoneSent(320);
      await go(clock, beatMs, beatMs / 4);
    }
    // The one that lies ready, and what two clocks part by between two looks.
    expect(Math.abs(sentAt.length - beats)).toBeLessThanOrEqual(3);
    expect(uplink.adjusted).toBeGreaterThan(25);
    expect(uplink.adjusted).toBeLessThan(35);
    expect(uplink.dropped).toBe(0);
    expect(Math.sign(sentAt.length - (beats * beatMs) / 20)).toBe(sign);
    uplink.dispose();
  });

  it('leaves the grid alone where both have one clock', async () => {
    const clock = new ManualClock();
    const { uplink, sentAt } = run(clock);
    for (let n = 0; n < 500; n += 1) {
      uplink.phoneSent(320);
      await go(clock, 20, 5);
    }
    expect(uplink.adjusted).toBe(0);
    expect(sentAt.length).toBeGreaterThan(500);
    uplink.dispose();
  });

  it('does not queue frames on a port that takes none', async () => {
    const clock = new ManualClock();
    const { uplink, sentAt } = run(clock, () => new Promise(() => undefined));
    uplink.phoneSent(320);
    uplink.openVoice();
    await go(clock, 400);
    expect(sentAt).toHaveLength(3);
    expect(uplink.dropped).toBe(19);
    uplink.dispose();
  });
});
