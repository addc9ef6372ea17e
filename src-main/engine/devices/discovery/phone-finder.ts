import type { PhoneProfile } from '../profiles/profile.ts';
import type { ReadFacts } from './facts.ts';
import { groupDevices, type FoundPhone } from './group-devices.ts';
import { usbRulesOf } from './usb-rules.ts';

/** The phones that are plugged in now. Rejects with the system's error. */
export type FindPhones = () => Promise<readonly FoundPhone[]>;

/** One look at a time: five modems that wait for the same phone look together. */
export function phoneFinder(readFacts: ReadFacts, profiles: readonly PhoneProfile[]): FindPhones {
  let looking: Promise<readonly FoundPhone[]> | null = null;
  return () => {
    looking ??= readFacts()
      .then((facts) => groupDevices(facts, (usbId) => usbRulesOf(profiles, usbId)?.hub === true))
      .finally(() => {
        looking = null;
      });
    return looking;
  };
}
