import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { failure, pass, ScriptedModem } from '#tests/support/scripted-modem.ts';
import { AtSession } from '../at/at-session.ts';
import { loadProfiles } from '../profiles/load-profiles.ts';
import type { LiveModem } from './live-modem.ts';
import { testSoundLoop } from './sound-loop.ts';

const profiles = loadProfiles('resources/devices');

function bench(profileId = 'jinhu-jh5') {
  const clock = new ManualClock();
  const modem = new ScriptedModem();
  const pcm = new ScriptedModem();
  const session = new AtSession({ transport: modem, clock, logger: silentLogger, minGapMs: 0 });
  const profile = profiles.find(({ id }) => id === profileId);
  if (!profile) throw new Error('no such profile');
  const identity = {
    profile,
    manufacturer: null,
    model: null,
    imei: null,
    revision: null,
    simulated: false,
    carriesCall: false,
    slots: [],
  };
  const live: LiveModem = { session, identity, pcm };
  return { clock, modem, pcm, live };
}

describe('testSoundLoop', () => {
  it('measures the first frame that comes back on the channel of what was sent', async () => {
    const { clock, modem, pcm, live } = bench();
    // The phone gives each frame back 60 ms later, on the right channel; the left one hums.
    pcm.write = (bytes) => {
      const frame = Buffer.alloc(bytes.length * 2);
      for (let at = 0; at < bytes.length; at += 2) {
        frame.writeInt16LE(Math.round(3000 * Math.sin(at / 9)), at * 2);
        Buffer.from(bytes).copy(frame, at * 2 + 2, at, at + 2);
      }
      clock.after(60, () => pcm.raw(frame.toString('latin1')));
      return Promise.resolve();
    };
    const test = testSoundLoop(live, clock, silentLogger);
    await pass(clock, 400);
    expect((await test)?.delayMs).toBe(60);
    expect(modem.sent).toEqual(['AT+JHLOOP=1', 'AT+JHLOOP=0']);
  });

  it('silence, a hum and a voice are not the tone; the loop is switched off all the same', async () => {
    const { clock, modem, pcm, live } = bench();
    const hum = Buffer.alloc(640);
    for (let at = 0; at < 640; at += 2)
      hum.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * 50 * at) / 32_000)), at);
    pcm.write = () => Promise.resolve(pcm.raw(hum.toString('latin1')));
    const test = failure(testSoundLoop(live, clock, silentLogger));
    await pass(clock, 1_700);
    expect((await test).code).toBe('phone.sound-silent');
    expect(modem.sent.at(-1)).toBe('AT+JHLOOP=0');
  });

  it('is null where the make has no loop', async () => {
    const { clock, live } = bench('generic-27007');
    expect(await testSoundLoop(live, clock, silentLogger)).toBeNull();
  });
});
