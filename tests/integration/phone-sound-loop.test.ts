import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { canDial, openRig, type PhoneRig } from './phone-rig.ts';
import { until } from '#tests/support/until.ts';

let rig: PhoneRig;
afterEach(() => rig.close());

describe("the sound's way there and back, without a call", () => {
  it.each(['modemPerSim', 'mux'] as const)('is heard and measured on the %s shape', async (shape) => {
    rig = await openRig(shape);
    rig.phone.connect(rig.connection);
    await until('ready', canDial(rig, 1));
    const result = await rig.phone.testSound();
    // Two frames are on their way at least; far more would be heard as an echo.
    expect(result?.delayMs).toBeGreaterThanOrEqual(0);
    expect(result?.delayMs).toBeLessThan(500);
    // Again: the loop was switched off and the port is usable.
    expect(await rig.phone.testSound()).not.toBeNull();
  });

  it('says when the sound port is not connected, and when nothing comes back', async () => {
    rig = await openRig('mux');
    if (rig.connection.kind !== 'mux') throw new Error('not a mux');
    rig.phone.connect({ kind: 'mux', modem: { at: rig.connection.modem.at, pcm: null } });
    await until('ready', canDial(rig, 1));
    await expect(rig.phone.testSound()).rejects.toThrow(new AppError('phone.no-sound'));
  });
});
