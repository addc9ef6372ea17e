import type { DeviceView } from '#shared/desk-contract/areas/session.ts';
import { fakeId } from './sample.ts';

export function sampleDevices(now: number): DeviceView[] {
  const device = (n: number, name: string, days: number, seenAgo: number): DeviceView => ({
    id: fakeId(9, n),
    name,
    firstSeenAt: now - days * 86_400_000,
    lastSeenAt: now - seenAgo,
    signedInAt: now - Math.min(days, 2) * 86_400_000,
    current: n === 0,
    signedIn: n < 2,
  });
  return [
    device(0, 'XS-DESK-012', 92, 60_000),
    device(1, 'CHEN-NOTEBOOK', 40, 5_400_000),
    device(2, 'XS-DESK-007', 120, 6_000_000_000),
  ];
}
