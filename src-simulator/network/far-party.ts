import type { Behaviour, Sound } from './behaviours.ts';
import { concatSamples, silence, toneSamples } from './tones.ts';
import type { Voices } from './voices.ts';
import { frameMs, frameSamples, sampleRate } from './wav.ts';

/** A person's speech on this line is far above, line noise far below. */
const speechLevel = 300;
const enoughToReplyMs = 400;
const pauseMs = 800;
/** A forgotten call in a demo must not eat the memory: what is heard after ten minutes is counted, not kept. */
const keptSamples = 600 * sampleRate;

/** What came out of the far party's earpiece during its latest call. Sample i was heard 125 µs × i after the first. */
class Heard {
  private buffer = new Int16Array(sampleRate);
  private length = 0;
  /** Clock.mono() at which each 20 ms frame was delivered, first frame first. */
  readonly frameTimes: number[] = [];
  /** The frame that came last, and the longest time between two (ms; 20 where nothing is late): of the whole call, however long. */
  newest: Int16Array = new Int16Array();
  longestGapMs = 0;
  private newestAt: number | null = null;

  /** 16-bit mono at 8 kHz; a copy. */
  get samples(): Int16Array {
    return this.buffer.slice(0, this.length);
  }

  add(frame: Int16Array, at: number): void {
    if (this.newestAt !== null) this.longestGapMs = Math.max(this.longestGapMs, at - this.newestAt);
    this.newestAt = at;
    this.newest = frame;
    if (this.length + frame.length > keptSamples) return;
    if (this.length + frame.length > this.buffer.length) {
      const larger = new Int16Array(this.buffer.length * 2);
      larger.set(this.buffer);
      this.buffer = larger;
    }
    this.buffer.set(frame, this.length);
    this.length += frame.length;
    this.frameTimes.push(at);
  }
}

/** Endless or one-shot reader of samples, one frame at a time; silence when there is nothing left. */
export class SoundReader {
  private readonly samples: Int16Array;
  private readonly loops: boolean;
  private at = 0;

  constructor(samples: Int16Array, loops: boolean) {
    this.samples = samples;
    this.loops = loops && samples.length > 0;
  }

  get done(): boolean {
    return !this.loops && this.at >= this.samples.length;
  }

  next(): Int16Array {
    const frame = new Int16Array(frameSamples);
    for (let i = 0; i < frameSamples && !this.done; i += 1) {
      frame[i] = this.samples[this.loops ? this.at % this.samples.length : this.at] ?? 0;
      this.at += 1;
    }
    return frame;
  }
}

/** The person or machine at the other end of a number. Hears, speaks by its script, and can be asked afterwards. */
export class FarParty {
  readonly number: string;
  /** May be changed before a call; takes effect with the next one. */
  behaviour: Behaviour;
  /** Of the latest call. */
  heard = new Heard();
  /** DTMF received in the latest call. */
  digits = '';
  private readonly voices: Voices;
  private mouth = new SoundReader(new Int16Array(), false);
  private repliesSaid = 0;
  private speechMs = 0;
  private speechSinceReplyMs = 0;
  private quietMs = 0;

  constructor(number: string, behaviour: Behaviour, voices: Voices) {
    this.number = number;
    this.behaviour = behaviour;
    this.voices = voices;
  }

  /** A new call begins: forgets the last one. */
  begin(): void {
    this.heard = new Heard();
    this.digits = '';
    this.repliesSaid = 0;
    this.speechMs = 0;
    this.speechSinceReplyMs = 0;
    this.quietMs = 0;
    this.mouth = this.reader(this.behaviour.early, true);
  }

  answer(): void {
    this.mouth = this.reader(this.behaviour.opening, false);
  }

  /** 20 ms of what this end sends. */
  speak(): Int16Array {
    return this.mouth.next();
  }

  /** 20 ms of what reached this end. @returns true when the script says: hang up now */
  hear(frame: Int16Array, at: number): boolean {
    this.heard.add(frame, at);
    if (level(frame) > speechLevel) {
      this.speechMs += frameMs;
      this.speechSinceReplyMs += frameMs;
      this.quietMs = 0;
    } else {
      this.quietMs += frameMs;
    }
    const wantsToReply = this.speechSinceReplyMs >= enoughToReplyMs && this.quietMs >= pauseMs;
    if (wantsToReply && this.mouth.done) this.reply();
    const limit = this.behaviour.hangUpAfterHearingMs;
    return limit !== null && this.speechMs >= limit;
  }

  private reply(): void {
    const { replies } = this.behaviour;
    const next = replies[this.repliesSaid % Math.max(1, replies.length)];
    this.repliesSaid += 1;
    this.speechSinceReplyMs = 0;
    if (next) this.mouth = this.reader([next], false);
  }

  private reader(sounds: readonly Sound[], loops: boolean): SoundReader {
    return new SoundReader(concatSamples(sounds.map((sound) => this.samplesOf(sound))), loops);
  }

  private samplesOf(sound: Sound): Int16Array {
    if ('tone' in sound) return toneSamples(sound.tone);
    if ('silenceMs' in sound) return silence(sound.silenceMs);
    return this.voices.get(sound.voice) ?? new Int16Array();
  }
}

/** Root mean square of a frame. */
function level(frame: Int16Array): number {
  let sum = 0;
  for (const sample of frame) sum += sample * sample;
  return Math.sqrt(sum / frame.length);
}
