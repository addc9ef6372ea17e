import { onScopeDispose, ref, watch, type Ref } from 'vue';
import { useDesk, type Desk } from '#renderer/app/desk.ts';
import { base64FromBytes, bytesFromBase64 } from '#renderer/ui/base64.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { pcm16FromFloats } from '#renderer/telephony/sound/pcm16.ts';
import { useSettings } from '#renderer/features/settings/index.ts';
import {
  EngineClock,
  FrameSender,
  microphoneProblem,
  openVoiceMicrophone,
  rankedDevice,
  soundDevices,
  usePhoneCard,
  voiceRate,
  type MicrophoneProblem,
  type VoiceMicrophone,
} from '#renderer/features/voice/index.ts';
import { HeadsetSound } from './headset-sound.ts';

interface PhoneCardIds {
  readonly input: string | null;
  readonly output: string | null;
}

interface Wanted {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

const frameMs = 20;
/** For all calls of this page: the engine drops what it has seen. */
let seq = 0;

/** One call on the headset: microphone up, customer down. */
class HeadsetCall {
  private readonly desk: Desk;
  private readonly callId: string;
  private readonly clock = new EngineClock();
  private readonly frames = new FrameSender(this.clock, () => browserClock.mono());
  private readonly sound = new HeadsetSound(voiceRate);
  private readonly listening;
  private microphone: VoiceMicrophone | null = null;
  private over = false;

  constructor(desk: Desk, callId: string) {
    this.desk = desk;
    this.callId = callId;
    this.listening = desk.listen('calls.headset', { callId }, ({ customer }) =>
      this.sound.play(bytesFromBase64(customer)),
    );
  }

  /** Opens what is plugged in now; asked again (hot plug) it changes over. @throws DOMException of the microphone */
  async open(wanted: Wanted, phone: PhoneCardIds, onLost: () => void): Promise<void> {
    const output = rankedDevice(await soundDevices('audiooutput'), wanted.outputs, phone.output);
    await this.sound.useDevice(output?.id ?? null);
    const opened = await openVoiceMicrophone(wanted.inputs, (samples) => this.say(samples), onLost, phone.input);
    this.microphone?.close();
    this.microphone = opened;
    if (this.over) opened.close();
  }

  close(): void {
    this.over = true;
    this.listening.dispose();
    this.microphone?.close();
    this.sound.close();
  }

  private say(samples: Float32Array): void {
    if (this.over) return;
    this.frames.send((now) => {
      seq += 1;
      const pcm = base64FromBytes(pcm16FromFloats(samples));
      return this.desk.attempt('calls.speak', {
        callId: this.callId,
        seq,
        capturedAt: this.clock.at(now - frameMs),
        pcm,
      });
    });
  }
}

export interface HeadsetInUse {
  readonly problem: Readonly<Ref<MicrophoneProblem | null>>;
  retry(): void;
}

/**
 * Keeps headset and engine joined while there is a call: from dialling on, so that a cut-in has nothing to start and
 * nothing to ask.
 * @param callId null = no call, or the agent has the handset
 */
export function useHeadset(callId: () => string | null): HeadsetInUse {
  const desk = useDesk();
  const settings = useSettings();
  const problem = ref<MicrophoneProblem | null>(null);
  let call: HeadsetCall | null = null;

  const wanted = (): Wanted => settings.values?.voiceDevices ?? { inputs: [], outputs: [] };
  const card = usePhoneCard();
  const phone = (): PhoneCardIds => ({
    input: card.view.found?.input.id ?? null,
    output: card.view.found?.output.id ?? null,
  });
  async function open(): Promise<void> {
    const mine = call;
    if (!mine) return;
    try {
      await mine.open(wanted(), phone(), () => void open());
      if (mine === call) problem.value = null;
    } catch (thrown) {
      if (mine === call) problem.value = microphoneProblem(thrown);
    }
  }
  const stop = watch(
    callId,
    (id, _old, onCleanup) => {
      if (id === null) return;
      const mine = new HeadsetCall(desk, id);
      call = mine;
      problem.value = null;
      void open();
      const plugged = (): void => void open();
      navigator.mediaDevices.addEventListener('devicechange', plugged);
      onCleanup(() => {
        navigator.mediaDevices.removeEventListener('devicechange', plugged);
        mine.close();
        call = null;
      });
    },
    { immediate: true },
  );
  watch(
    () => JSON.stringify([wanted(), phone()]),
    () => void open(),
  );
  onScopeDispose(stop);
  return { problem, retry: () => void open() };
}
