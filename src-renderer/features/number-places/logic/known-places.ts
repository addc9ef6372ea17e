import { shallowReactive } from 'vue';
import type { Place } from './place-words.ts';

/** As many as a question may have; what stands on a screen is far less. */
const mostAtOnce = 100;
const mostKept = 2000;

/** In the order of the numbers; null = the engine was not there. */
export type FindPlaces = (numbers: readonly string[]) => Promise<readonly (Place | null)[] | null>;

/** Places of numbers: asked for together, once, and remembered until another table is in use. */
export class KnownPlaces {
  private readonly find: FindPlaces;
  /** Whoever was asked for last stands last. */
  private readonly known = shallowReactive(new Map<string, Place | null>());
  private readonly wanted = new Set<string>();
  private readonly onTheirWay = new Set<string>();
  /** Asked while the engine was not there: with its state it comes back. */
  private readonly unanswered = new Set<string>();
  /** Which table the answers are of. */
  private epoch = 0;

  constructor(find: FindPlaces) {
    this.find = find;
  }

  /** Undefined until the engine has answered, null where it does not know. */
  of(number: string): Place | null | undefined {
    if (!this.known.has(number)) this.want(number);
    return this.known.get(number);
  }

  /** Another table, or an engine that is there again: what was asked for last is asked anew. */
  renew(): void {
    const shown = [...[...this.known.keys()].slice(-mostAtOnce), ...this.onTheirWay, ...this.unanswered];
    this.epoch += 1;
    this.known.clear();
    this.onTheirWay.clear();
    this.unanswered.clear();
    for (const number of shown) this.want(number);
  }

  private want(number: string): void {
    if (this.onTheirWay.has(number) || this.unanswered.has(number)) return;
    if (this.wanted.size === 0) queueMicrotask(() => void this.ask());
    this.wanted.add(number);
  }

  private async ask(): Promise<void> {
    const { epoch } = this;
    const numbers = [...this.wanted];
    this.wanted.clear();
    for (const number of numbers) this.onTheirWay.add(number);
    for (let from = 0; from < numbers.length && epoch === this.epoch; from += mostAtOnce) {
      const part = numbers.slice(from, from + mostAtOnce);
      const places = await this.find(part);
      if (epoch === this.epoch) this.take(part, places);
    }
  }

  private take(numbers: readonly string[], places: readonly (Place | null)[] | null): void {
    numbers.forEach((number, at) => {
      this.onTheirWay.delete(number);
      if (places) this.known.set(number, places[at] ?? null);
      else this.unanswered.add(number);
    });
    for (const number of [...this.known.keys()].slice(0, Math.max(0, this.known.size - mostKept))) this.known.delete(number); // prettier-ignore
  }
}
