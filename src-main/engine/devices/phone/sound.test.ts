import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { SoundFrame } from '#shared/domain/call-channel.ts';
import { failure, pass, ScriptedModem, settle } from '#tests/support/scripted-modem.ts';
import { AtSession } from '../at/at-session.ts';
import { SwitchedCallSound, type SwitchProfile } from './call-sound.ts';
import { ClipPlayer } from './clip-player.ts';
import { PcmReader } from '../../audio/pcm-reader.ts';

const stereoFrame = (far: number, near: number): Uint8Array => {
  const samples = Int16Array.from({ length: 320 }, (_, index) => (index % 2 === 0 ? far : near));
  return new Uint8Array(samples.buffer);
};
const firsts = (frames: readonly SoundFrame[]): number[] => frames.map(({ customer }) => customer[0] ?? NaN);

describe('PcmReader', () => {
  it('parts far and near, however the bytes are chunked', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1300 }), { maxLength: 20 }), (cuts) => {
        const frames: SoundFrame[] = [];
        const reader = new PcmReader(new ManualClock(), 'stereo-far-near', (frame) => frames.push(frame));
        const all = new Uint8Array(Buffer.concat([1, 2, 3, 4].map((n) => stereoFrame(n * 1000, -n))));
        let at = 0;
        for (const cut of [...cuts, all.length]) {
          reader.push(all.subarray(at, at + cut));
          at += cut;
        }
        reader.dispose();
        expect(frames.map(({ customer, agent }) => [customer[159], agent[0]])).toEqual([
          [1000, -1],
          [2000, -2],
          [3000, -3],
          [4000, -4],
        ]);
      }),
    );
  });

  it('fills a gap with silence, drops the broken frame before it and what comes late after it', () => {
    const clock = new ManualClock();
    const frames: SoundFrame[] = [];
    const reader = new PcmReader(clock, 'stereo-far-near', (frame) => frames.push(frame));
    const step = (bytes?: Uint8Array): void => {
      clock.advance(20);
      if (bytes) reader.push(bytes);
    };
    for (let n = 0; n < 5; n += 1) step(stereoFrame(1, 0));
    step(stereoFrame(9, 9).subarray(0, 301));
    for (let n = 0; n < 10; n += 1) step();
    expect(firsts(frames)).toEqual([1, 1, 1, 1, 1, ...new Array<number>(11).fill(0)]);
    // Ten late frames arrive at once, and then it goes on in time.
    reader.push(new Uint8Array(Buffer.concat(Array.from({ length: 10 }, () => stereoFrame(2, 0)))));
    for (let n = 0; n < 50; n += 1) step(stereoFrame(3, 0));
    expect(Math.abs(frames.length - clock.mono() / 20)).toBeLessThanOrEqual(2);
    reader.dispose();
  });

  it('gives what we sent as the near side where the make gives the far side only', () => {
    const frames: SoundFrame[] = [];
    const sent = [new Int16Array(160).fill(7)];
    const reader = new PcmReader(
      new ManualClock(),
      'mono-far',
      (frame) => frames.push(frame),
      () => sent.shift() ?? null,
    );
    reader.push(new Uint8Array(640));
    reader.dispose();
    expect(frames.map(({ agent }) => agent[0])).toEqual([7, 0]);
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

describe('ClipPlayer', () => {
  function play(frames: number, write: (bytes: Uint8Array) => Promise<void> = () => Promise.resolve()) {
    const clock = new ManualClock();
    const sentAt: number[] = [];
    const ends: string[] = [];
    const player = new ClipPlayer(new Int16Array(frames * 160).fill(5), {
      clock,
      write,
      sent: () => sentAt.push(clock.mono()),
      ended: (reason) => ends.push(reason),
    });
    return { clock, sentAt, ends, player };
  }

  it('keeps an absolute schedule, never more than one frame ahead', () => {
    const { clock, sentAt, ends, player } = play(5);
    for (let n = 0; n < 30; n += 1) clock.advance(7);
    expect(sentAt).toEqual([0, 0, 20, 40, 60]);
    expect(ends).toEqual(['finished']);
    expect(player.heardMs).toBe(100);
  });

  it('after a stall sends two late frames and skips the others', () => {
    const clock = new LateClock();
    const sentAt: number[] = [];
    const deps = {
      clock,
      write: () => Promise.resolve(),
      sent: () => sentAt.push(clock.mono()),
      ended: () => undefined,
    };
    const player = new ClipPlayer(new Int16Array(50 * 160), deps);
    clock.advance(20);
    sentAt.length = 0;
    clock.stall(200);
    // Due at 220 ms: frames 3…12; the newest two late ones, the present one and the one ahead are sent.
    expect(sentAt).toEqual([220, 220, 220, 220]);
    expect(player.dropped).toBe(6);
    expect(player.heardMs).toBe((3 + 4) * 20);
  });

  it('fails when the port is gone, and says so once', async () => {
    const { clock, ends } = play(50, () => Promise.reject(new Error('gone')));
    await settle();
    clock.advance(200);
    expect(ends).toEqual(['failed']);
  });

  it('sends nothing after stop', () => {
    const { clock, sentAt, ends, player } = play(50);
    clock.advance(100);
    player.stop();
    const count = sentAt.length;
    clock.advance(1_000);
    expect(sentAt).toHaveLength(count);
    expect(ends).toEqual([]);
    expect(player.heardMs).toBe(count * 20);
  });
});

describe('SwitchedCallSound', () => {
  const profile: SwitchProfile = {
    kind: 'pcm-switch',
    sampleRate: 8000,
    frameMs: 20,
    downlink: 'stereo-far-near',
    disable: [],
    enable: [],
    uplinkPort: 'AT+JHUPL=1',
    uplinkHandset: 'AT+JHUPL=0',
  };
  function open() {
    const clock = new ManualClock();
    const modem = new ScriptedModem();
    const pcm = new ScriptedModem();
    const session = new AtSession({ transport: modem, clock, logger: silentLogger, minGapMs: 0 });
    return { clock, modem, sound: new SwitchedCallSound({ clock, logger: silentLogger, session, pcm, profile }) };
  }

  it('switches the customer to the clip, and back by one command however often cut in', async () => {
    const { clock, modem, sound } = open();
    const playback = await sound.play(new Int16Array(8000));
    await pass(clock, 300);
    await Promise.all([playback.cutIn(), playback.cutIn()]);
    await playback.cutIn();
    expect(modem.sent).toEqual(['AT+JHUPL=1', 'AT+JHUPL=0']);
    const { heardMs } = playback;
    await pass(clock, 300);
    expect(playback.heardMs).toBe(heardMs);
  });

  it('stop leaves the microphone shut; a cut-in after the end still opens it', async () => {
    const { clock, modem, sound } = open();
    const playback = await sound.play(new Int16Array(1600));
    const ends: string[] = [];
    playback.onEnd((reason) => ends.push(reason));
    await pass(clock, 400);
    playback.stop();
    expect(ends).toEqual(['finished']);
    expect(modem.sent).toEqual(['AT+JHUPL=1']);
    await playback.cutIn();
    expect(modem.sent).toEqual(['AT+JHUPL=1', 'AT+JHUPL=0']);
  });

  it('a refused cut-in can be tried again; a call that is over plays nothing', async () => {
    const { modem, sound } = open();
    const playback = await sound.play(new Int16Array(1600));
    modem.on(/JHUPL=0/, ['ERROR']);
    expect((await failure(playback.cutIn())).code).toBe('phone.refused');
    modem.on(/JHUPL=0/, ['OK']);
    await playback.cutIn();
    sound.dispose();
    expect((await failure(sound.play(new Int16Array(160)))).code).toBe('call.gone');
  });
});
