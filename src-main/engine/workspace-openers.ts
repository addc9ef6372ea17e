import type { WritableDb } from './database/handles.ts';
import type { EngineContext } from './context.ts';
import type { KeyValueStore } from './database/key-value.ts';
import type { CallRulesFeature } from './features/call-rules/index.ts';
import type { CallsFeature } from './features/calls/index.ts';
import { createOpeners, type OpenerChoice, type OpenersFeature, type SoundCloud } from './features/openers/index.ts';
import type { SettingsService } from './features/settings/index.ts';
import type { MediaHandles } from './media/media-handles.ts';

/** Already in phone format: a 16-bit mono WAV at 8 kHz. */
export interface SampleOpener {
  readonly name: string;
  readonly text: string;
  readonly wav: Uint8Array;
}

/** 人机互动 is the company's to switch off; which clip, and whether any, is then still the person's. */
const openerChoice = (settings: SettingsService, { rules }: CallRulesFeature): OpenerChoice => ({
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

interface Parts {
  readonly context: EngineContext;
  readonly db: WritableDb;
  readonly media: MediaHandles;
  readonly settings: SettingsService;
  readonly callRules: CallRulesFeature;
  readonly cloud: SoundCloud;
  /** In [0, 1). */
  readonly random: () => number;
  /** Made after them: asked for when a call may be up. */
  readonly calls: () => CallsFeature;
}

/** The person's openers and the company's. */
export function composeOpeners({ settings, callRules, calls, ...parts }: Parts): OpenersFeature {
  return createOpeners({
    ...parts,
    choice: openerChoice(settings, callRules),
    inCall: () => calls().inCall(),
    // While a call is up its opener is taken to be in use, also in the seconds before it plays.
    isPlaying: (id) => calls().inCall() && settings.current().openerId === id,
  });
}

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
