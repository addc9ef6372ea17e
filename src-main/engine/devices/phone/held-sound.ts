import {
  frameSamples,
  type CallSound,
  type Playback,
  type SoundFrame,
  type UplinkCounts,
} from '#shared/domain/call-channel.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import type { PhoneCallSound } from './open-sound.ts';

const silence: SoundFrame = { customer: new Int16Array(frameSamples), agent: new Int16Array(frameSamples) };

/** A modem has one line of sound for all its calls: while this one is held, what is spoken there is another call's. */
export class HeldSound implements PhoneCallSound {
  readonly route: CallSound['route'];
  readonly recordable: boolean;
  private readonly inner: PhoneCallSound;
  private readonly isHeld: () => boolean;

  constructor(inner: PhoneCallSound, isHeld: () => boolean) {
    this.inner = inner;
    this.route = inner.route;
    this.recordable = inner.recordable;
    this.isHeld = isHeld;
  }

  get uplink(): UplinkCounts | null {
    return this.inner.uplink;
  }

  openVoice(): Promise<void> {
    return this.inner.openVoice();
  }

  onFrame(listener: (frame: SoundFrame) => void): Disposable {
    return this.inner.onFrame((frame) => listener(this.isHeld() ? silence : frame));
  }

  play(clip: Int16Array): Promise<Playback> {
    return this.inner.play(clip);
  }

  noteMuted(muted: boolean): boolean {
    return this.inner.noteMuted?.(muted) ?? false;
  }

  dispose(): void {
    this.inner.dispose();
  }
}
