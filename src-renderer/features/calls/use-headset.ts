import { onScopeDispose, watch } from 'vue';
import type { Disposable } from '#shared/base/dispose.ts';
import { useDesk, type Desk } from '#renderer/app/desk.ts';
import { base64FromBytes, bytesFromBase64 } from '#renderer/ui/base64.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { pcm16FromFloats } from '#renderer/telephony/sound/pcm16.ts';
import {
  EngineClock,
  FrameSender,
  useListening,
  useMicrophone,
  VoiceFrames,
  voiceRate,
  type OutputPlacer,
} from '#renderer/features/voice/index.ts';
import { HeadsetSound } from './headset-sound.ts';

const frameMs = 20;
/** For all calls of this page: the engine drops what it has seen. */
let seq = 0;

interface HeadsetDeps {
  readonly desk: Desk;
  readonly callId: string;
  readonly listening: OutputPlacer;
  readonly microphone: Pick<ReturnType<typeof useMicrophone>, 'hold'>;
}

/** One call on the headset: microphone up, customer down. */
class HeadsetCall implements Disposable {
  private readonly deps: HeadsetDeps;
  private readonly clock = new EngineClock();
  private readonly sender = new FrameSender(this.clock, () => browserClock.mono());
  private readonly sound = new HeadsetSound(voiceRate);
  private readonly frames = new VoiceFrames((samples) => this.say(samples));
  private readonly parts: readonly Disposable[];
  private over = false;

  constructor(deps: HeadsetDeps) {
    this.deps = deps;
    const { desk, callId, listening, microphone } = deps;
    this.parts = [
      listening.add(this.sound),
      desk.listen('calls.headset', { callId }, ({ customer }) => this.sound.play(bytesFromBase64(customer))),
      microphone.hold((stream) => this.frames.use(stream)),
    ];
  }

  dispose(): void {
    this.over = true;
    for (const part of this.parts) part.dispose();
    this.frames.close();
    this.sound.close();
  }

  private say(samples: Float32Array): void {
    if (this.over) return;
    const { desk, callId } = this.deps;
    this.sender.send((now) => {
      seq += 1;
      const pcm = base64FromBytes(pcm16FromFloats(samples));
      return desk.attempt('calls.speak', { callId, seq, capturedAt: this.clock.at(now - frameMs), pcm });
    });
  }
}

/**
 * Keeps headset and engine joined while there is a call: from dialling on, so that a cut-in has nothing to start and
 * nothing to ask.
 * @param callId null = no call, or the agent has the handset
 */
export function useHeadset(callId: () => string | null): void {
  const desk = useDesk();
  const listening = useListening();
  const microphone = useMicrophone();
  const stop = watch(
    callId,
    (id, _old, onCleanup) => {
      if (id === null) return;
      const call = new HeadsetCall({ desk, callId: id, listening, microphone });
      onCleanup(() => call.dispose());
    },
    { immediate: true },
  );
  onScopeDispose(stop);
}
