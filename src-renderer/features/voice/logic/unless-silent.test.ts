import { describe, expect, it } from 'vitest';
import { ManualClock } from '#shared/base/clock.ts';
import { DevicesSilent, unlessSilent } from './unless-silent.ts';

describe('what devices answer', () => {
  it('is handed on, errors too', async () => {
    const clock = new ManualClock();
    await expect(unlessSilent(clock, Promise.resolve('headset'))).resolves.toBe('headset');
    await expect(unlessSilent(clock, Promise.reject(new DOMException('', 'NotFoundError')))).rejects.toThrow(
      DOMException,
    );
  });

  it('is waited for ten seconds; what comes later is handed to whoever closes it', async () => {
    const clock = new ManualClock();
    let answer: (name: string) => void = () => undefined;
    const late: string[] = [];
    const asked = new Promise<string>((resolve) => (answer = resolve));
    const waiting = unlessSilent(clock, asked, (name) => late.push(name));
    clock.advance(10_000);
    await expect(waiting).rejects.toThrow(DevicesSilent);
    answer('headset');
    await asked;
    expect(late).toEqual(['headset']);
  });
});
