import { onScopeDispose, shallowRef, watch } from 'vue';
import { defineStore } from 'pinia';
import type { Disposable } from '#shared/base/dispose.ts';
import { useSettings } from '#renderer/features/settings/index.ts';
import { browserClock, meterLevel } from '#renderer/ui/index.ts';
import { browserMicrophones, onMicrophonesChanged } from './browser-microphones.ts';
import { meterStream } from './level-meter.ts';
import { MicrophoneKeeper, type MicrophoneChoice, type MicrophoneView } from './logic/microphone-keeper.ts';
import { SilenceWatch } from './logic/silence-watch.ts';
import { usePhoneCard } from './phone-card-store.ts';

export interface MicrophoneSound {
  /** 0…1, as a meter shows it. */
  readonly level: number;
  /** Nothing at all has come for a while: muted by a key of its own, or not connected. */
  readonly silent: boolean;
}

const quiet: MicrophoneSound = { level: 0, silent: false };

/** The microphone of this window: one for everything that it speaks into. Open while anybody holds it. */
export const useMicrophone = defineStore('microphone', () => {
  const settings = useSettings();
  const card = usePhoneCard();
  const view = shallowRef<MicrophoneView>({ label: null, problem: null });
  const sound = shallowRef<MicrophoneSound>(quiet);
  const choice = (): MicrophoneChoice | null => {
    const { values } = settings;
    if (!values || !card.known) return null;
    const phone = card.view.found?.input.id ?? null;
    return { names: values.voiceDevices.inputs, phone, processing: values.voiceProcessing };
  };

  let metered: { readonly stream: MediaStream; readonly meter: Disposable } | null = null;
  function meter(stream: MediaStream | null): void {
    if (stream === (metered?.stream ?? null)) return;
    metered?.meter.dispose();
    sound.value = quiet;
    const silence = new SilenceWatch(browserClock);
    metered = stream && {
      stream,
      meter: meterStream(stream, (samples) => {
        sound.value = { level: meterLevel(samples), silent: silence.take(samples) };
      }),
    };
  }

  const keeper = new MicrophoneKeeper({
    clock: browserClock,
    devices: browserMicrophones,
    choice,
    changed(now, stream) {
      view.value = now;
      meter(stream);
    },
  });
  const changes = onMicrophonesChanged(keeper.look);
  watch(() => JSON.stringify(choice()), keeper.look);
  onScopeDispose(() => {
    changes.dispose();
    keeper.dispose();
  });

  return { view, sound, hold: keeper.hold.bind(keeper), look: keeper.look };
});
