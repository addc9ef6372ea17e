import { computed, onScopeDispose, ref, watch } from 'vue';
import { useSettings } from '#renderer/features/settings/index.ts';
import { useRinger } from '#renderer/features/voice/index.ts';
import { useDock } from './dock-store.ts';
import { ringOf } from './logic/ring-rule.ts';

/** The windows of one browser share a loudspeaker: one of them rings. */
const lockName = 'jinhu-ringer';

/** This window rings for calls that come in, as the settings have it and where no other window does. */
export function useRinging(): void {
  const dock = useDock();
  const settings = useSettings();
  const { ring, knock } = useRinger();
  const ours = ref(false);
  let release: () => void = () => undefined;
  let over = false;
  void navigator.locks.request(lockName, () => {
    if (over) return Promise.resolve();
    ours.value = true;
    return new Promise<void>((resolve) => (release = resolve));
  });

  const wanted = computed(() => {
    const { values } = settings;
    return ours.value && values ? ringOf([dock.call, dock.other], values.ringing.calls) : null;
  });
  watch(
    () => [wanted.value, settings.values?.ringing.volume ?? 0] as const,
    ([tone, volume]) => {
      for (const [name, ringer] of [
        ['ring', ring],
        ['knock', knock],
      ] as const)
        if (name === tone) ringer.ring(volume);
        else ringer.dispose();
    },
  );
  onScopeDispose(() => {
    over = true;
    release();
  });
}
