import type { Disposable } from '#shared/base/dispose.ts';
import type { OutputPlacer, Player } from './logic/output-placer.ts';
import { roundOf, type RingTone } from './logic/ring-tone.ts';
import { playOn } from './play-on.ts';

const rampS = 0.02;

/** Plays a tone again and again on one output, until it is told to stop. Nothing is open while it does not ring. */
export class Ringer implements Disposable {
  private readonly outputs: OutputPlacer;
  private readonly tone: RingTone;
  private playing: (Disposable & { setVolume(percent: number): void }) | null = null;

  constructor(outputs: OutputPlacer, tone: RingTone) {
    this.outputs = outputs;
    this.tone = tone;
  }

  /** @param percent of the loudest; asked again it changes the volume */
  ring(percent: number): void {
    this.playing ??= this.begin();
    this.playing.setVolume(percent);
  }

  dispose(): void {
    this.playing?.dispose();
    this.playing = null;
  }

  private begin(): NonNullable<typeof this.playing> {
    const context = new AudioContext();
    const samples = roundOf(this.tone, context.sampleRate);
    const buffer = new AudioBuffer({ length: samples.length, sampleRate: context.sampleRate });
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(context, { buffer, loop: true });
    const placed = new GainNode(context, { gain: 0 });
    const volume = new GainNode(context, { gain: 0 });
    source.connect(volume).connect(placed).connect(context.destination);
    // Not before it is where it is to be heard: a ring begins with its first note.
    let begun = false;
    const player: Player = {
      playOn: (deviceId) => playOn(context, deviceId),
      setSilent(silent) {
        placed.gain.value = silent ? 0 : 1;
        if (!silent && !begun) source.start();
        begun ||= !silent;
      },
    };
    const place = this.outputs.add(player);
    // A browser that waits for a click refuses it when the ring is over before.
    const resume = (): void => void context.resume().catch(() => undefined);
    resume();
    // The click that a browser wants before a page may make sound.
    addEventListener('pointerdown', resume);
    return {
      // Ears hear in powers: half of the slider is a quarter of the voltage.
      setVolume: (percent) => volume.gain.setTargetAtTime((percent / 100) ** 2, context.currentTime, rampS / 3),
      dispose() {
        removeEventListener('pointerdown', resume);
        place.dispose();
        void context.close();
      },
    };
  }
}
