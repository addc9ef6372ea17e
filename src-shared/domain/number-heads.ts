import { err, ok, type Result } from '../base/result.ts';
import { decodeUtf8 } from '../base/utf8.ts';

// A table of 号段 in the `phone.dat` format (research/scrm B4), which has no standard but many readers:
//
//   4 bytes            version, ASCII
//   int32              where the index begins
//   records            省|市|邮编|区号 and a zero byte, UTF-8
//   index, 9 bytes     int32 head (first seven digits), int32 where its record is, uint8 whose head it is; ascending
//
// All numbers are little-endian. Half a million rows are 4.5 MB: they are never made objects of.

/** What a row says of its head. */
export interface NumberHead {
  /** 省, as 浙江. */
  readonly province: string;
  /** 市, as 杭州; may be empty. */
  readonly city: string;
  /** 区号 with its 0, or empty. */
  readonly areaCode: string;
  /** Whose: 1 移动 2 联通 3 电信, 4 to 6 their 虚商 in the order 电信 联通 移动, 7 广电 8 its 虚商; others are not known. */
  readonly kind: number;
}

/** What is wrong with a file; `row` counts from 0. */
export type HeadsFault =
  | { readonly what: 'short' | 'version' | 'index' | 'cut' | 'empty' }
  | { readonly what: 'head' | 'order' | 'record'; readonly row: number };

const headerBytes = 8;
const rowBytes = 9;
/** 省|市|邮编|区号 needs fifty; what goes on longer is no record. */
const longestRecord = 200;
/** A file has some hundreds; more are read again each time. */
const recordsKept = 4096;
const firstHead = 1_300_000;
const lastHead = 1_999_999;

interface Record {
  readonly province: string;
  readonly city: string;
  readonly areaCode: string;
}

/**
 * Reads rows straight from the bytes, which must not change. Total: whatever the bytes are, `find` answers in as many steps as
 * the rows have binary digits, and never throws. Whether they are right all through is for `check` to say.
 */
export class NumberHeads {
  readonly version: string;
  readonly rows: number;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly indexAt: number;
  private readonly records = new Map<number, Record | null>();

  private constructor(bytes: Uint8Array, version: string, indexAt: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.version = version;
    this.indexAt = indexAt;
    this.rows = (bytes.length - indexAt) / rowBytes;
  }

  /** Looks at the header alone. */
  static open(bytes: Uint8Array): Result<NumberHeads, HeadsFault> {
    if (bytes.length < headerBytes) return err({ what: 'short' });
    const version = String.fromCharCode(...bytes.subarray(0, 4));
    if (!/^[\x20-\x7e]{4}$/.test(version)) return err({ what: 'version' });
    const indexAt = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(4, true);
    if (indexAt < headerBytes || indexAt > bytes.length) return err({ what: 'index' });
    if ((bytes.length - indexAt) % rowBytes !== 0) return err({ what: 'cut' });
    if (bytes.length === indexAt) return err({ what: 'empty' });
    return ok(new NumberHeads(bytes, version.trim(), indexAt));
  }

  /** @param head the first seven digits of a number, e.g. 1540000 */
  find(head: number): NumberHead | null {
    let [low, high] = [0, this.rows - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = this.headAt(middle);
      if (found === head) return this.rowAt(middle);
      if (found < head) low = middle + 1;
      else high = middle - 1;
    }
    return null;
  }

  /**
   * Looks at `count` rows from row `from` on, and at all that they lean on. In parts, so that nobody waits for half a million.
   * @returns the first thing that is wrong; null = none of them
   */
  check(from: number, count: number): HeadsFault | null {
    const end = Math.min(this.rows, from + count);
    for (let row = from; row < end; row += 1) {
      const head = this.headAt(row);
      if (head < firstHead || head > lastHead) return { what: 'head', row };
      if (row > 0 && this.headAt(row - 1) >= head) return { what: 'order', row };
      if (!this.recordOf(row)) return { what: 'record', row };
    }
    return null;
  }

  private headAt(row: number): number {
    return this.view.getInt32(this.indexAt + row * rowBytes, true);
  }

  private rowAt(row: number): NumberHead | null {
    const record = this.recordOf(row);
    return record && { ...record, kind: this.bytes[this.indexAt + row * rowBytes + 8] ?? 0 };
  }

  private recordOf(row: number): Record | null {
    const at = this.view.getInt32(this.indexAt + row * rowBytes + 4, true);
    const known = this.records.get(at);
    if (known !== undefined) return known;
    const record = this.readRecord(at);
    if (this.records.size < recordsKept) this.records.set(at, record);
    return record;
  }

  /** Null where there is none: outside of the records, in the middle of one, never ended, no UTF-8, other fields. */
  private readRecord(at: number): Record | null {
    if (at < headerBytes || at >= this.indexAt) return null;
    if (at > headerBytes && this.bytes[at - 1] !== 0) return null;
    const end = this.bytes.indexOf(0, at);
    if (end < 0 || end >= this.indexAt || end - at > longestRecord) return null;
    const fields = decodeUtf8(this.bytes.subarray(at, end))?.split('|') ?? [];
    const [province = '', city = '', postcode = '', areaCode = ''] = fields;
    if (fields.length !== 4 || !name.test(province) || !(city === '' || name.test(city))) return null;
    return /^\d{0,6}$/.test(postcode) && /^(?:0\d{2,3})?$/.test(areaCode) ? { province, city, areaCode } : null;
  }
}

/** As people write the names of places; nothing that could be taken for markup, or bend a line. */
const name = /^[\p{L}\p{N} ·()（）-]{1,40}$/u;

/** For the person at a terminal, and the log. */
export function headsFaultWords(fault: HeadsFault): string {
  switch (fault.what) {
    case 'short':
      return 'it is too short for a header';
    case 'version':
      return 'it does not begin with a version of four characters: no file in phone.dat format';
    case 'index':
      return 'its index begins outside of the file';
    case 'cut':
      return 'its index does not end with a whole row: the file is cut';
    case 'empty':
      return 'it has no rows';
    case 'head':
      return `row ${fault.row + 1}: the head is none of a mobile number (1300000 to 1999999)`;
    case 'order':
      return `row ${fault.row + 1}: the head does not follow the one before: rows must ascend, each head once`;
    case 'record':
      return `row ${fault.row + 1}: its record is not 省|市|邮编|区号 in UTF-8`;
  }
}
