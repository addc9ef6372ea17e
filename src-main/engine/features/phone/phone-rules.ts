import { z } from 'zod';
import type { Clock } from '#shared/base/clock.ts';
import type { Logger } from '#shared/base/logger.ts';
import { recentSwitches } from '#shared/domain/switch-budget.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import type { PhoneRules } from '../../devices/index.ts';

type Store = Pick<KeyValueStore, 'get' | 'set'>;

export interface PhoneRulesDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of the desk, whoever is signed in: how worn a phone is does not depend on who wears it. */
  readonly deskStore: Store;
  /** What is known of cards, by the signed-in person, who answers for what a roaming call costs. */
  readonly cards: {
    roamingAllowed(iccid: string): boolean;
    allowRoaming(iccid: string, allowed: boolean, now: number): void;
  };
}

/** What a phone must obey, kept over restarts, and how a person changes it. */
export interface KeptPhoneRules extends PhoneRules {
  allowRoaming(iccid: string, allowed: boolean): void;
}

const switchesKey = 'phone.switches';
const switchLog = z.record(z.string(), z.array(z.number()));

export function createPhoneRules({ clock, logger, deskStore, cards }: PhoneRulesDeps): KeptPhoneRules {
  const readSwitches = (): z.output<typeof switchLog> => {
    const text = deskStore.get(switchesKey);
    if (text === undefined) return {};
    try {
      return switchLog.parse(JSON.parse(text));
    } catch {
      logger.log('warn', 'switch-log-unreadable', {});
      return {};
    }
  };
  const switches = (device: string): readonly number[] => recentSwitches(readSwitches()[device] ?? [], clock.now());
  return {
    switches,
    noteSwitch(device, at) {
      const log = readSwitches();
      const recent = Object.entries(log).map(([key, times]) => [key, recentSwitches(times, clock.now())] as const);
      const kept = Object.fromEntries(recent.filter(([, times]) => times.length > 0));
      deskStore.set(switchesKey, JSON.stringify({ ...kept, [device]: [...(kept[device] ?? []), at] }));
    },
    roamingAllowed: (iccid) => cards.roamingAllowed(iccid),
    allowRoaming: (iccid, allowed) => cards.allowRoaming(iccid, allowed, Math.round(clock.now())),
  };
}
