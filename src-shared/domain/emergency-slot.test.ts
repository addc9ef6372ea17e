import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../base/error-codes.ts';
import { emergencySlot } from './emergency-slot.ts';

const slots = (...obstacles: (ErrorCode | null)[]) =>
  obstacles.map((obstacle, index) => ({ slot: index + 1, obstacle, lastDialAt: null }));

describe('the SIM of an emergency call', () => {
  it('is the one that was meant, where it is registered', () => {
    expect(emergencySlot(slots(null, null), 2)).toMatchObject({ ok: true, value: { slot: 2 } });
  });
  it('is any registered one, where the one that was meant is not', () => {
    expect(emergencySlot(slots('sim.absent', null), 1)).toMatchObject({ ok: true, value: { slot: 2 } });
  });
  it.each([
    'sim.absent',
    'sim.pin-required',
    'sim.puk-required',
    'sim.not-registered',
    'sim.registration-denied',
  ] as const)('is any at all, where none is registered: %s', (code) =>
    expect(emergencySlot(slots('phone.lost', code), null)).toMatchObject({ ok: true, value: { slot: 2 } }),
  );
  it('cannot be one whose modem is away or stands on another card', () => {
    expect(emergencySlot(slots('phone.lost', 'sim.not-selected'), 1)).toEqual({
      ok: false,
      error: { slot: 1, code: 'phone.lost' },
    });
  });
});
