import { join } from 'node:path';
import type { DisposeBag } from '#shared/base/dispose.ts';
import type { ShellFacts } from '#main/host.ts';
import type { EngineContext } from './context.ts';
import { createHidKeys, loadHidRules, type DeskPhone, type LoopbackPhone, type PhoneProfile } from './devices/index.ts';
import type { CallsFeature } from './features/calls/index.ts';
import { createPhoneKeys, type PhoneKeysFeature } from './features/phone-keys/index.ts';
import { createSelfTest, type SelfTestFeature } from './features/self-test/index.ts';
import type { SettingsService } from './features/settings/index.ts';
import { resourcesFolder } from './resources.ts';

interface KeysParts {
  readonly phone: DeskPhone;
  readonly calls: CallsFeature;
  readonly profiles: readonly PhoneProfile[];
  readonly clockOffMs: () => number | null;
}

/** What they are made from (workspace.ts). */
export interface KeysGround {
  readonly deps: {
    readonly settings: SettingsService;
    readonly loopback: LoopbackPhone | null;
    readonly globalCutIn: () => ShellFacts['globalCutIn'];
  };
  readonly context: EngineContext;
  readonly bag: DisposeBag;
}

/** The handset's keys, and the self-test that asks for them. */
export function composeKeys(
  { deps, context, bag }: KeysGround,
  { phone, calls, profiles, clockOffMs }: KeysParts,
): { readonly phoneKeys: PhoneKeysFeature; readonly selfTest: SelfTestFeature } {
  const hidRules = loadHidRules(join(resourcesFolder(), 'devices/hid'));
  const phoneKeys = bag.add(
    createPhoneKeys({
      clock: context.clock,
      logger: context.logger.child('keys'),
      keys: createHidKeys({
        context,
        rules: hidRules,
        loopback: deps.loopback,
        profiles,
        connection: () => deps.settings.current().phone,
      }),
      calls: calls.keys,
      cutInKey: () => deps.settings.current().phoneKeys.cutIn,
    }),
  );
  const selfTest = bag.add(
    createSelfTest({
      clock: context.clock,
      logger: context.logger.child('self-test'),
      phone,
      keys: phoneKeys.hookKeys,
      globalCutIn: deps.globalCutIn,
      clockOffMs,
      hasLiveCall: () => calls.inCall(),
      onCallsChanged: (listener) => calls.onChange(listener),
    }),
  );
  return { phoneKeys, selfTest };
}
