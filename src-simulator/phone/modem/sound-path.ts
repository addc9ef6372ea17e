import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import type { SimCall } from '../../network/sim-call.ts';
import { frameMs, frameSamples } from '../../network/wav.ts';

const hostFrameBytes = frameSamples * 2;
/** 60 ms: the most that a late host can add to what the customer hears after a cut-in. */
const queuedFrames = 3;
/** After a pause of the whole machine (sleep) the missed sound is not made up for. */
const maxBehindMs = 1000;

interface SoundPathDeps {
  readonly clock: Clock;
  readonly layout: 'stereo' | 'mono-far';
  readonly opening: 'any-time' | 'before-call' | 'connected';
  readonly uplink: 'switch' | 'port';
  /** A call of any state. */
  readonly inCall: () => boolean;
  /** 20 ms of the agent's mouth. */
  readonly handset: () => Int16Array;
  /** The call that can be heard now, answered or not. */
  readonly audible: () => SimCall | null;
  readonly emit: (bytes: Uint8Array) => void;
}

/**
 * The codec of one modem: every 20 ms one frame each way, at t₀ + n·20 ms whatever the timers do. Towards the customer
 * goes the handset or the PCM port, never both; a starving PCM port is silence.
 */
export class SoundPath {
  /** AT+QPCMV, AT+CPCMREG: what the host was told. */
  private opened = false;
  /** Opened, and with sound: a Quectel that was not closed and opened again for this call has none. */
  private alive = false;
  private clip: { samples: Int16Array; at: number; repeat: boolean; over: () => void } | null = null;
  /** AT+CMUT: the handset's microphone. */
  muted = false;
  private readonly deps: SoundPathDeps;
  private loop = false;
  private source: 'handset' | 'pcm' = 'handset';
  private queue: Int16Array[] = [];
  private partial = new Uint8Array(0);
  private timer: Disposable | null = null;
  private nextAt = 0;

  constructor(deps: SoundPathDeps) {
    this.deps = deps;
  }

  get uplink(): 'handset' | 'pcm' {
    return this.deps.uplink === 'switch' ? this.source : this.alive ? 'pcm' : 'handset';
  }

  get portOpen(): boolean {
    return this.opened;
  }

  /** Opening an open port changes nothing, also where it has lost its sound. */
  openPort(): void {
    if (this.opened) return;
    this.opened = true;
    this.alive = this.deps.opening !== 'before-call' || !this.deps.inCall();
    if (this.deps.uplink === 'port') this.discard();
  }

  closePort(): void {
    this.opened = false;
    this.alive = false;
    if (this.deps.uplink === 'port') this.discard();
  }

  /** The last call ended. */
  callsOver(): void {
    this.alive = false;
    if (this.deps.opening !== 'before-call') this.opened = false;
    this.stopClip();
  }

  get playing(): boolean {
    return this.clip !== null;
  }

  /** A stored file to the customer, from the next frame on, instead of handset and port. @param over when it has ended */
  playClip(samples: Int16Array, repeat: boolean, over: () => void): void {
    this.clip = { samples, at: 0, repeat: repeat && samples.length > 0, over };
  }

  stopClip(): void {
    this.clip = null;
  }

  /** AT+JHUPL. Either way nothing that was sent before the switch is heard after it. */
  switchUplink(source: 'handset' | 'pcm'): void {
    if (source === this.source) return;
    this.source = source;
    this.discard();
  }

  /** AT+JHLOOP: the port hears itself, as long as there is no call. */
  get looped(): boolean {
    return this.loop;
  }

  setLoop(on: boolean): void {
    this.loop = on;
    this.discard();
    this.update();
  }

  /** A new call: the handset speaks. */
  reset(): void {
    this.loop = false;
    this.source = 'handset';
    this.muted = false;
    this.discard();
  }

  /** Host → modem: mono s16le in pieces of any size. */
  receive(bytes: Uint8Array): void {
    if (!this.alive || (this.uplink !== 'pcm' && !this.loop) || !this.timer) return;
    const all = new Uint8Array(this.partial.length + bytes.length);
    all.set(this.partial);
    all.set(bytes, this.partial.length);
    let at = 0;
    for (; at + hostFrameBytes <= all.length; at += hostFrameBytes) {
      const view = new DataView(all.buffer, at, hostFrameBytes);
      this.queue.push(Int16Array.from({ length: frameSamples }, (_, index) => view.getInt16(2 * index, true)));
      if (this.queue.length > queuedFrames) this.queue.shift();
    }
    this.partial = all.slice(at);
  }

  /** Looks whether there is something to hear, and starts or stops the beat. */
  update(): void {
    const wanted = this.loop || this.deps.audible() !== null;
    if (wanted && !this.timer) {
      this.nextAt = this.deps.clock.mono() + frameMs;
      this.arm();
    } else if (!wanted && this.timer) {
      this.timer.dispose();
      this.timer = null;
      this.discard();
    }
  }

  private arm(): void {
    this.timer = this.deps.clock.after(Math.max(0, this.nextAt - this.deps.clock.mono()), () => this.beat());
  }

  private beat(): void {
    const now = this.deps.clock.mono();
    if (now - this.nextAt > maxBehindMs) this.nextAt = now;
    // A timer of the machine may fire a little early or frames late: all that is due is sent, the beat never drifts.
    while (this.timer && this.nextAt <= now + 0.5) {
      this.nextAt += frameMs;
      this.frame(now);
    }
    if (this.timer) this.arm();
  }

  private frame(now: number): void {
    const call = this.deps.audible();
    if (!call && this.loop) return this.loopFrame();
    if (!call) return this.update();
    const mouth = this.deps.handset();
    const live = this.uplink === 'pcm' ? this.queue.shift() : this.muted ? undefined : mouth;
    const sent = call.state === 'active' ? (this.clipFrame() ?? live) : live;
    const uplink = call.state === 'active' && sent ? sent : new Int16Array(frameSamples);
    const downlink = call.far.speak();
    if (this.alive) this.deps.emit(this.pack(downlink, uplink));
    if (call.state === 'active' && call.far.hear(uplink, now)) call.end('remote');
  }

  private loopFrame(): void {
    const sent = this.queue.shift() ?? new Int16Array(frameSamples);
    const far = this.deps.layout === 'stereo' ? new Int16Array(frameSamples) : sent;
    if (this.alive) this.deps.emit(this.pack(far, sent));
  }

  private clipFrame(): Int16Array | null {
    const clip = this.clip;
    if (!clip) return null;
    const frame = new Int16Array(frameSamples);
    for (let i = 0; i < frameSamples && clip.at < clip.samples.length; i += 1, clip.at += 1) {
      frame[i] = clip.samples[clip.at] ?? 0;
      if (clip.repeat && clip.at === clip.samples.length - 1) clip.at = -1;
    }
    if (clip.at >= clip.samples.length) {
      this.clip = null;
      clip.over();
    }
    return frame;
  }

  private pack(far: Int16Array, sent: Int16Array): Uint8Array {
    const channels = this.deps.layout === 'stereo' ? [far, sent] : [far];
    const bytes = new Uint8Array(hostFrameBytes * channels.length);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < frameSamples; i += 1)
      channels.forEach((channel, c) => view.setInt16(2 * (i * channels.length + c), channel[i] ?? 0, true));
    return bytes;
  }

  private discard(): void {
    this.queue = [];
    this.partial = new Uint8Array(0);
  }
}
