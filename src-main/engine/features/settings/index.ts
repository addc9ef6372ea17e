import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { settingsArea } from '#shared/desk-contract/areas/settings.ts';
import type { EngineContext } from '../../context.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import { createSettingsService, type SettingsService } from './settings.ts';

export { defaultSettings } from './defaults.ts';
export type { SettingsService } from './settings.ts';

export interface SettingsFeature {
  /** The phone's and the shell's parts of the area are other features'. */
  readonly handlers: Pick<Handlers<typeof settingsArea>, 'settings.change'>;
  readonly sources: Pick<Sources<typeof settingsArea>, 'settings.values'>;
  readonly service: SettingsService;
}

/** @param store of the desk (database/file-store.ts): the look of the window is needed before anybody signs in */
export function createSettings({ context, store }: { context: EngineContext; store: KeyValueStore }): SettingsFeature {
  const service = createSettingsService(store, context.logger.child('settings'));
  return {
    handlers: {
      'settings.change': (patch) => {
        service.change(patch);
        return null;
      },
    },
    sources: {
      'settings.values': (_args, sink) => {
        sink.item(service.current());
        const subscription = service.onChange((values) => sink.item(values));
        return () => subscription.dispose();
      },
    },
    service,
  };
}
