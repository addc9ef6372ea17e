import { onScopeDispose, watch } from 'vue';
import { useSettings } from '#renderer/features/settings/index.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { OutputPlacer } from './logic/output-placer.ts';
import { rankedDevices } from './logic/ranked-device.ts';
import { usePhoneCard } from './phone-card-store.ts';
import { devicesThere, onDevicesChanged } from './sound-devices.ts';

/**
 * What is added to it plays on the first wanted output that is there, else on the system's, and never on the phone's own card,
 * whose sound is the customer's.
 * @param wanted names, the best first; undefined = not known yet
 */
export function useOutputs(wanted: () => readonly string[] | undefined): OutputPlacer {
  const card = usePhoneCard();
  const placer = new OutputPlacer({
    clock: browserClock,
    async output() {
      const there = await devicesThere('audiooutput');
      const names = wanted();
      if (!names || !card.known) return null;
      return rankedDevices(there, names, card.view.found?.output.id ?? null)[0] ?? null;
    },
  });
  const changed = onDevicesChanged(placer.look);
  watch(() => JSON.stringify([wanted(), card.known, card.view.found?.output.id]), placer.look);
  onScopeDispose(() => {
    changed.dispose();
    placer.dispose();
  });
  return placer;
}

/** 听筒: where the agent listens. */
export function useListening(): OutputPlacer {
  const settings = useSettings();
  return useOutputs(() => settings.values?.voiceDevices.outputs);
}
