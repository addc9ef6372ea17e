import { onScopeDispose, ref, watch, type Ref } from 'vue';
import { useDesk } from '#renderer/app/desk.ts';
import { playOn, useListening, type Player } from '#renderer/features/voice/index.ts';
import { bytesFromBase64 } from '#renderer/ui/base64.ts';
import { SoundSchedule, floatsFromPcm16 } from './logic/sound-schedule.ts';

/** The rate of the wire (desk contract, `callSound`). The context runs at it, so that slices join without a click. */
const sampleRate = 8000;

class Listener implements Player {
  private readonly context = new AudioContext({ sampleRate });
  private readonly gain = this.context.createGain();
  private readonly schedule = new SoundSchedule();
  private silent = true;
  private readonly sides: { customer: AudioNode; agent: AudioNode };

  constructor() {
    this.gain.connect(this.context.destination);
    // A little apart, so that two people who talk at once can be told from each other; still comfortable on one ear.
    this.sides = { customer: this.side(-0.4), agent: this.side(0.4) };
  }

  get blocked(): boolean {
    return this.context.state === 'suspended';
  }

  resume(): Promise<void> {
    return this.context.resume();
  }

  playOn(deviceId: string | null): Promise<void> {
    return playOn(this.context, deviceId);
  }

  setSilent(silent: boolean): void {
    this.silent = silent;
  }

  setVolume(percent: number): void {
    this.gain.gain.setTargetAtTime(percent / 100, this.context.currentTime, 0.015);
  }

  play(customer: string, agent: string): void {
    if (this.silent) return;
    const sides = {
      customer: floatsFromPcm16(bytesFromBase64(customer)),
      agent: floatsFromPcm16(bytesFromBase64(agent)),
    };
    const length = Math.max(sides.customer.length, sides.agent.length);
    const at = length === 0 ? null : this.schedule.place(length / sampleRate, this.context.currentTime);
    if (at === null) return;
    this.start(sides.customer, this.sides.customer, at);
    this.start(sides.agent, this.sides.agent, at);
  }

  close(): void {
    void this.context.close();
  }

  private side(pan: number): AudioNode {
    const panner = this.context.createStereoPanner();
    panner.pan.value = pan;
    panner.connect(this.gain);
    return panner;
  }

  private start(samples: Float32Array<ArrayBuffer>, side: AudioNode, at: number): void {
    if (samples.length === 0) return;
    const buffer = this.context.createBuffer(1, samples.length, sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(side);
    source.start(at);
  }
}

export interface CallSoundInUse {
  /** The browser waits for a click before it lets sound out. */
  readonly blocked: Ref<boolean>;
  unblock(): void;
}

/**
 * Plays both sides of a live call in the window, where there is no handset (`listen-to-call`). A getter that gives null
 * (no call, 监听 off) closes stream and sound card.
 */
export function useCallSound(callId: () => string | null, volume: () => number): CallSoundInUse {
  const desk = useDesk();
  const blocked = ref(false);
  let listener: Listener | null = null;
  const look = (): void => {
    blocked.value = listener?.blocked ?? false;
  };
  const listening = useListening();

  const stop = watch(
    callId,
    (id, _old, onCleanup) => {
      if (id === null) return;
      const mine = new Listener();
      listener = mine;
      mine.setVolume(volume());
      const placed = listening.add(mine);
      void mine.resume().then(look);
      look();
      const subscription = desk.listen('calls.sound', { callId: id }, (slice) =>
        mine.play(slice.customer, slice.agent),
      );
      onCleanup(() => {
        subscription.dispose();
        placed.dispose();
        mine.close();
        listener = null;
        blocked.value = false;
      });
    },
    { immediate: true },
  );
  watch(volume, (percent) => listener?.setVolume(percent));
  onScopeDispose(stop);

  return {
    blocked,
    unblock: () => {
      void listener?.resume().then(look);
    },
  };
}
