import { expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { frameMs, frameSamples } from '#shared/domain/call-channel.ts';
import { JitterBuffer } from '#shared/domain/jitter-buffer.ts';
import { seededRandom } from '#tests/support/seeded-random.ts';
import { HostUplink } from '../phone/host-uplink.ts';

const minute = 3_000;
const voice = { next: () => new Int16Array(frameSamples).fill(1) };

/**
 * A minute over a window: the card asks for a frame at its own pace, what it says of that reaches the engine late by as
 * much as the window and its socket please, and so does each frame of the engine's on its way back.
 */
async function minuteOver(
  beatMs: number,
  jitterMs: number,
): Promise<{ missing: number; late: number; adjusted: number; dropped: number }> {
  const clock = new ManualClock();
  const random = seededRandom(7);
  const ring = new JitterBuffer();
  let [seq, up, down] = [0, 0, 0];
  /** In order, as a socket keeps them, and at another moment each. */
  const later = (last: number): number => Math.max(last, clock.mono() + 2 + random() * jitterMs);
  const uplink = new HostUplink(
    {
      clock,
      voice,
      sent: () => undefined,
      failed: () => undefined,
      write: () => {
        const samples = new Int16Array(frameSamples);
        down = later(down);
        clock.after(down - clock.mono(), () => {
          seq += 1;
          ring.push({ seq, capturedAt: null, samples });
        });
        return Promise.resolve();
      },
    },
    2,
  );
  uplink.openVoice();
  const settled = { missing: 0, late: 0 };
  for (let n = 0; n < minute; n += 1) {
    // What is missing before the first frames have come is the start, not the pace.
    if (n === 50) Object.assign(settled, { missing: ring.missing, late: ring.late });
    ring.next();
    up = later(up);
    clock.after(up - clock.mono(), () => uplink.phoneSent(frameSamples * 4));
    // What was written has left before the next step.
    for (let part = 0; part < 4; part += 1) {
      clock.advance(beatMs / 4);
      await Promise.resolve();
    }
  }
  uplink.dispose();
  const { adjusted, dropped } = uplink;
  return { missing: ring.missing - settled.missing, late: ring.late - settled.late, adjusted, dropped };
}

it.each([0, 5, 15, 30])(
  'a window that is late by up to %i ms: no frame is lost in a minute of one clock',
  async (jitterMs) => {
    const { missing, late, dropped } = await minuteOver(frameMs, jitterMs);
    expect({ missing, late, dropped }).toEqual({ missing: 0, late: 0, dropped: 0 });
  },
);

it.each([
  ['fast', frameMs * 0.999],
  ['slow', frameMs * 1.001],
])(
  'a %s card, by a tenth of a percent: the grid follows it, and the few frames between go unheard',
  async (_what, beatMs) => {
    const { missing, late, adjusted } = await minuteOver(beatMs, 15);
    // 60 ms a minute are three frames.
    expect(adjusted).toBeGreaterThanOrEqual(2);
    expect(adjusted).toBeLessThanOrEqual(8);
    expect(missing + late).toBeLessThanOrEqual(4);
  },
);
