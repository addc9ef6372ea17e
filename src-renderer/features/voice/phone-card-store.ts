import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import { defineStore } from 'pinia';
import type { SoundCardState } from '#shared/desk-contract/areas/sound-card.ts';
import { useDesk, useStreamListener } from '#renderer/app/desk.ts';
import { useSettings } from '#renderer/features/settings/index.ts';
import type { SoundDevice } from './logic/ranked-device.ts';
import { PhoneCardKeeper, type CardView } from './phone-card-keeper.ts';

/** The choices for phones that have not been here for long are forgotten. */
const mostPhones = 20;

/** The phone's sound card, where the phone is one. Whoever uses this store first sets this window to serve it. */
export const usePhoneCard = defineStore('phone-card', () => {
  const settings = useSettings();
  const state = shallowRef<SoundCardState | null>(null);
  const view = shallowRef<CardView>({ there: null, found: null, trouble: null });
  const pickedFor = (device: string) => settings.values?.soundCards[device] ?? null;
  const keeper = new PhoneCardKeeper({
    desk: useDesk(),
    picked: pickedFor,
    changed: (now) => (view.value = now),
  });
  useStreamListener('soundCard.state', null, (now) => {
    state.value = now;
    keeper.follow(now);
  });
  watch(() => JSON.stringify(settings.values?.soundCards), keeper.look);
  onScopeDispose(() => keeper.dispose());

  /** @param device null = by the profile's names again */
  async function pick(side: 'input' | 'output', device: SoundDevice | null): Promise<void> {
    const phone = state.value?.wanted?.device;
    const { [phone ?? '']: before, ...others } = settings.values?.soundCards ?? {};
    if (phone === undefined) return;
    const picked = { input: before?.input ?? null, output: before?.output ?? null, [side]: device };
    const kept = Object.entries(others).slice(0, mostPhones - 1);
    await settings.change({ soundCards: Object.fromEntries([[phone, picked], ...kept]) });
  }
  const picked = (side: 'input' | 'output'): SoundDevice | null =>
    pickedFor(state.value?.wanted?.device ?? '')?.[side] ?? null;
  /** Whether one of the PC's cards is the phone has been found out: before that nothing may be left to the system. */
  const known = computed(
    () => state.value !== null && (!state.value.wanted || view.value.found !== null || view.value.trouble !== null),
  );
  return { state, view, known, pick, picked };
});
