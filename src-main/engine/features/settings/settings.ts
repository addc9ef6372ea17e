import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import { settings as schema, type Settings } from '#shared/desk-contract/areas/settings.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import { defaultSettings, type Environment } from './defaults.ts';

type Key = keyof Settings;

/**
 * Whose a setting is. Most belong to the desk; the phone belongs to the environment, because the simulated phone is no
 * choice in production and the real one none in the demo, and its cards' caps with it; an opener is a recording of one person's voice.
 */
const owners: { readonly [K in Key]: 'desk' | 'environment' | 'person' } = {
  locale: 'desk',
  theme: 'desk',
  channel: 'desk',
  openerEnabled: 'desk',
  openerId: 'person',
  afterOpener: 'desk',
  maskNumbers: 'desk',
  callersOnBreak: 'desk',
  autoAnswer: 'desk',
  callNotices: 'desk',
  wrapUpSeconds: 'desk',
  phone: 'environment',
  simPolicy: 'desk',
  simCaps: 'environment',
  voiceRoute: 'desk',
  voiceDevices: 'desk',
  voiceProcessing: 'desk',
  ringing: 'desk',
  soundCards: 'desk',
  phoneKeys: 'desk',
  leadLists: 'person',
  exports: 'person',
};
const keys = Object.keys(owners) as Key[];

export interface SettingsService {
  current(): Settings;
  /**
   * Stores what is given and leaves the rest. Refusals come before anything is stored.
   * @throws AppError `auth.required` for a person's setting while nobody is signed in, `disk.full`
   */
  change(patch: { readonly [K in Key]?: Settings[K] | undefined }): void;
  onChange(listener: (settings: Settings) => void): Disposable;
  /** Whose values apply from here on: called when the environment changes and when a person signs in or out. */
  use(place: SettingsPlace): void;
}

export interface SettingsPlace {
  readonly environment: Environment | null;
  /** Of the signed-in person; null = nobody. */
  readonly personal: KeyValueStore | null;
}

/** @param store of the desk: there before anybody signs in */
export function createSettingsService(store: KeyValueStore, logger: Logger): SettingsService {
  const changed = new Emitter<Settings>();
  let place: SettingsPlace = { environment: null, personal: null };
  let values = readAll();

  function locate(key: Key): { store: KeyValueStore; name: string } | null {
    const owner = owners[key];
    if (owner === 'desk') return { store, name: `settings.${key}` };
    if (owner === 'environment')
      return place.environment ? { store, name: `settings.${place.environment}.${key}` } : null;
    return place.personal ? { store: place.personal, name: `settings.${key}` } : null;
  }

  function readOne(key: Key, fallback: Settings): unknown {
    const location = locate(key);
    const text = location?.store.get(location.name);
    if (text === undefined) return fallback[key];
    const parsed = schema.shape[key].safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    logger.log('warn', 'settings.unreadable', { key });
    return fallback[key];
  }

  function readAll(): Settings {
    const fallback = defaultSettings(place.environment);
    return schema.parse(Object.fromEntries(keys.map((key) => [key, readOne(key, fallback)])));
  }

  function refresh(): void {
    const next = readAll();
    if (JSON.stringify(next) === JSON.stringify(values)) return;
    values = next;
    changed.emit(values);
  }

  return {
    current: () => values,
    change(patch) {
      const given = keys.filter((key) => patch[key] !== undefined);
      const writes = given.map((key) => {
        const location = locate(key);
        if (!location) throw new AppError('auth.required', { setting: key });
        return { ...location, text: JSON.stringify(patch[key]) };
      });
      for (const write of writes) write.store.set(write.name, write.text);
      refresh();
    },
    onChange: (listener) => changed.on(listener),
    use(next) {
      place = next;
      refresh();
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the schema refuses undefined, and the default takes its place.
    return undefined;
  }
}
