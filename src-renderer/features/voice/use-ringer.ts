import { onScopeDispose } from 'vue';
import { useSettings } from '#renderer/features/settings/index.ts';
import { knockTone, ringTone } from './logic/ring-tone.ts';
import { Ringer } from './ringer.ts';
import { useListening, useOutputs } from './use-outputs.ts';

export interface RingersInUse {
  /** On the device for that, which the whole desk hears. */
  readonly ring: Ringer;
  /** Where the agent listens just now. */
  readonly knock: Ringer;
}

/** 铃声: silent when whoever asks for it goes. */
export function useRinger(): RingersInUse {
  const settings = useSettings();
  const ring = new Ringer(
    useOutputs(() => settings.values?.ringing.devices),
    ringTone,
  );
  const knock = new Ringer(useListening(), knockTone);
  onScopeDispose(() => {
    ring.dispose();
    knock.dispose();
  });
  return { ring, knock };
}
