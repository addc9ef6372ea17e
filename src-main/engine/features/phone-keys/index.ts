import type { Disposable } from '#shared/base/dispose.ts';
import type { phoneArea } from '#shared/desk-contract/areas/phone.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { HookKeys } from '../self-test/index.ts';
import { PhoneKeysService, type PhoneKeysDeps } from './phone-keys.ts';

export interface PhoneKeysFeature extends Disposable {
  readonly handlers: Pick<Handlers<typeof phoneArea>, 'phone.learnKey'>;
  readonly sources: Pick<Sources<typeof phoneArea>, 'phone.keys'>;
  /** For the self-test. */
  readonly hookKeys: HookKeys;
  /** Lights off and device closed; never rejects. */
  close(): Promise<void>;
}

/** Keys of the handset for calls, and its lights by them. Looks for devices from now on. */
export function createPhoneKeys(deps: PhoneKeysDeps): PhoneKeysFeature {
  const { keys } = deps;
  const service = new PhoneKeysService(deps);
  keys.start();
  return {
    handlers: {
      'phone.learnKey': async (_input, { signal }) => ({
        key: await service.learn((listener) => signal.addEventListener('abort', listener)),
      }),
    },
    sources: {
      'phone.keys': (_args, sink) => {
        sink.item(service.view);
        const subscription = service.changed.on((view) => sink.item(view));
        return () => subscription.dispose();
      },
    },
    hookKeys: { connected: () => keys.state.connected, onHook: (listener) => service.hook.on(() => listener()) },
    async close() {
      service.dispose();
      await keys.close();
    },
    dispose() {
      service.dispose();
      keys.dispose();
    },
  };
}
