import type { KeyValueStore } from './database/key-value.ts';
import type { CallRulesFeature } from './features/call-rules/index.ts';
import type { OpenerChoice, OpenersFeature } from './features/openers/index.ts';
import type { SettingsService } from './features/settings/index.ts';

/** Already in phone format: a 16-bit mono WAV at 8 kHz. */
export interface SampleOpener {
  readonly name: string;
  readonly text: string;
  readonly wav: Uint8Array;
}

/** 人机互动 is the company's to switch off; which clip, and whether any, is then still the person's. */
export const openerChoice = (settings: SettingsService, { rules }: CallRulesFeature): OpenerChoice => ({
  current() {
    const { openerEnabled, openerId } = settings.current();
    return { openerEnabled: openerEnabled && rules.current().openers, openerId };
  },
  choose: (openerId) => settings.change({ openerId }),
  onChange(listener) {
    const both = [settings.onChange(listener), rules.onChange(listener)];
    return { dispose: () => both.forEach((one) => one.dispose()) };
  },
});

/** Once per person: who deletes it does not want it back. */
export async function giveSampleOpener(
  feature: OpenersFeature,
  store: KeyValueStore,
  sample: SampleOpener | null,
): Promise<void> {
  if (!sample || store.get('demo.opener-given') !== undefined) return;
  await feature.openers.addSample(sample.wav, sample.name, sample.text);
  store.set('demo.opener-given', 'yes');
}
