import type { Clock } from './clock.ts';

/** Fills an array with unpredictable bytes (crypto.getRandomValues in Node and the browser). */
export type RandomBytes = (length: number) => Uint8Array;

/** A number in [0, 1), of 32 unpredictable bits. */
export const randomFraction = (random: RandomBytes): number =>
  random(4).reduce((value, byte) => (value + byte) / 256, 0);

export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * UUIDv7 (RFC 9562 §5.7): 48 bits of ms, 12 bits of a counter so that ids of one process sort in the order of their
 * making, 62 random bits. Used for locality and uniqueness only: nothing is ever ordered by an id.
 */
export function createIds(clock: Pick<Clock, 'now'>, random: RandomBytes): () => string {
  let lastMs = 0;
  let counter = 0;
  return () => {
    const now = Math.max(clock.now(), lastMs);
    counter = now === lastMs ? counter + 1 : 0;
    lastMs = now;
    if (counter > 0xfff) {
      lastMs += 1;
      counter = 0;
    }
    const bytes = random(8);
    const time = hex(lastMs, 12);
    let tail = '';
    for (let n = 2; n < 8; n += 1) tail += octets[bytes[n] ?? 0];
    const variant = octets[((bytes[0] ?? 0) & 0x3f) | 0x80];
    return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(counter, 3)}-${variant}${octets[bytes[1] ?? 0]}-${tail}`;
  };
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const octets = Array.from({ length: 256 }, (_, byte) => hex(byte, 2));
