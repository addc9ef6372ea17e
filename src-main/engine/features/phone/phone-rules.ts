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
  /** Of the signed-in person, who answers for what a roaming call costs. */
  readonly store: Store;
}

/** What a phone must obey, kept over restarts, and how a person changes it. */
export interface KeptPhoneRules extends PhoneRules {
  allowRoaming(iccid: string, allowed: boolean): void;
}

const switchesKey = 'phone.switches';
const roamingKey = 'phone.roaming-allowed';
const switchLog = z.record(z.string(), z.array(z.number()));
const cards = z.array(z.string());

export function createPhoneRules({ clock, logger, deskStore, store }: PhoneRulesDeps): KeptPhoneRules {
  const read = <T>(from: Store, key: string, schema: z.ZodType<T>, otherwise: T): T => {
    const text = from.get(key);
    if (text === undefined) return otherwise;
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      logger.log('warn', 'phone-rule-unreadable', { key });
      return otherwise;
    }
  };
  const switches = (device: string): readonly number[] =>
    recentSwitches(read(deskStore, switchesKey, switchLog, {})[device] ?? [], clock.now());
  const roaming = (): string[] => read(store, roamingKey, cards, []);
  return {
    switches,
    noteSwitch(device, at) {
      const log = read(deskStore, switchesKey, switchLog, {});
      const recent = Object.entries(log).map(([key, times]) => [key, recentSwitches(times, clock.now())] as const);
      const kept = Object.fromEntries(recent.filter(([, times]) => times.length > 0));
      deskStore.set(switchesKey, JSON.stringify({ ...kept, [device]: [...(kept[device] ?? []), at] }));
    },
    roamingAllowed: (iccid) => roaming().includes(iccid),
    allowRoaming(iccid, allowed) {
      const others = roaming().filter((other) => other !== iccid);
      store.set(roamingKey, JSON.stringify(allowed ? [...others, iccid] : others));
    },
  };
}
