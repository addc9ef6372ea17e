import { AppError } from '#shared/base/errors.ts';

/** Of one file, in bytes: 50,000 rows of 100 columns with short texts. A file that wants more is no list of customers. */
const mostBytes = 160 * 1024 * 1024;

/** What the texts of one file may still take. */
export class Room {
  private left: number;

  constructor(bytes = mostBytes) {
    this.left = bytes;
  }

  /** @throws AppError `import.too-much-inside` */
  take(bytes: number): void {
    this.left -= bytes;
    if (this.left < 0) throw new AppError('import.too-much-inside');
  }
}

const encoder = new TextEncoder();
// What begins with U+FEFF does so when it comes back.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** Of a block, in bytes; a longer text has a block of its own. */
const blockBytes = 256 * 1024;
/** Place of a text: number of its block and where in it, in one number. */
const inBlock = 2 ** 32;
/** What a place takes, with the length of its text. */
const placeBytes = 16;

/**
 * Many texts as UTF-8 outside the heap, by number. A text cut out of a file keeps alive what it was cut from; one that is packed
 * takes its bytes and a place.
 */
export class PackedTexts {
  private readonly blocks: Uint8Array[] = [];
  private readonly places: number[] = [];
  private readonly lengths: number[] = [];
  private readonly room: Room;
  private used = 0;

  constructor(room: Room) {
    this.room = room;
  }

  /** @throws AppError `import.too-much-inside` */
  add(text: string): void {
    // At least a byte for each unit of UTF-16, at most three.
    this.room.take(text.length + placeBytes);
    const most = text.length * 3;
    const last = this.blocks.at(-1);
    if (!last || this.used + most > last.length) {
      this.blocks.push(new Uint8Array(Math.max(blockBytes, most)));
      this.used = 0;
    }
    const block = this.blocks.length - 1;
    const free = this.blocks[block]?.subarray(this.used);
    const length = free ? encoder.encodeInto(text, free).written : 0;
    this.room.take(length - text.length);
    this.places.push(block * inBlock + this.used);
    this.lengths.push(length);
    this.used += length;
  }

  /** Undefined where there is none. */
  at(number: number): string | undefined {
    const place = this.places[number];
    if (place === undefined) return undefined;
    const from = place % inBlock;
    return decoder.decode(this.blocks[Math.floor(place / inBlock)]?.subarray(from, from + (this.lengths[number] ?? 0)));
  }
}
