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
  useListeningDevice,
  usePhoneCard,
  voiceRate,
  type MicrophoneProblem,
  type VoiceMicrophone,
} from '#renderer/features/voice/index.ts';
import { HeadsetSound } from './headset-sound.ts';

interface Devices {
  /** Names of microphones, the best first. */
  readonly inputs: readonly string[];
  /** The id of the phone's own input, which is no microphone of the agent's. */
  readonly phone: string | null;
  /** The id of what the agent listens with; null = the system's choice. */
  readonly output: string | null;
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
  async open({ inputs, phone, output }: Devices, onLost: () => void): Promise<void> {
    await this.sound.useDevice(output);
    const opened = await openVoiceMicrophone(inputs, (samples) => this.say(samples), onLost, phone);
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

  const inputs = (): readonly string[] => settings.values?.voiceDevices.inputs ?? [];
  const card = usePhoneCard();
  const phone = (): string | null => card.view.found?.input.id ?? null;
  const listeningDevice = useListeningDevice(() => void open());
  async function open(): Promise<void> {
    const mine = call;
    if (!mine) return;
    try {
      const output = await listeningDevice();
      await mine.open({ inputs: inputs(), phone: phone(), output }, () => void open());
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
      onCleanup(() => {
        mine.close();
        call = null;
      });
    },
    { immediate: true },
  );
  watch(
    () => JSON.stringify([inputs(), phone()]),
    () => void open(),
  );
  onScopeDispose(stop);
  return { problem, retry: () => void open() };
}
