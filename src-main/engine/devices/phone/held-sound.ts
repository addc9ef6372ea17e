import {
  frameSamples,
  type CallSound,
  type Playback,
  type SoundFrame,
  type UplinkCounts,
} from '#shared/domain/call-channel.ts';
import type { Disposable } from '#shared/base/dispose.ts';

const silence: SoundFrame = { customer: new Int16Array(frameSamples), agent: new Int16Array(frameSamples) };

/** A modem has one line of sound for all its calls: while this one is held, what is spoken there is another call's. */
export class HeldSound implements CallSound, Disposable {
  readonly route: CallSound['route'];
  private readonly inner: CallSound & Disposable;
  private readonly isHeld: () => boolean;

  constructor(inner: CallSound & Disposable, isHeld: () => boolean) {
    this.inner = inner;
    this.route = inner.route;
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

  dispose(): void {
    this.inner.dispose();
  }
}
