import { encodeUtf8 } from '../base/utf8.ts';
import type { NumberHead } from './number-heads.ts';

/** All heads from one to another, both included, are of one place and kind. */
export interface HeadRange extends NumberHead {
  readonly from: number;
  readonly to: number;
  readonly postcode: string;
}

/**
 * Ranges as a file that `NumberHeads` reads: same ranges, same bytes.
 * @param version four ASCII characters
 * @param ranges ascending
 */
export function writeNumberHeads(version: string, ranges: readonly HeadRange[]): Uint8Array<ArrayBuffer> {
  const records = new Map<string, number>();
  const parts: Uint8Array[] = [];
  let indexAt = 8;
  for (const range of ranges) {
    const text = recordOf(range);
    if (records.has(text)) continue;
    records.set(text, indexAt);
    parts.push(encodeUtf8(`${text}\0`));
    indexAt += parts.at(-1)?.length ?? 0;
  }
  const rows = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0);
  const file = new Uint8Array(indexAt + rows * 9);
  const view = new DataView(file.buffer);
  file.set(encodeUtf8(version), 0);
  view.setInt32(4, indexAt, true);
  let at = 8;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  for (const range of ranges)
    for (let head = range.from; head <= range.to; head += 1) {
      view.setInt32(at, head, true);
      view.setInt32(at + 4, records.get(recordOf(range)) ?? 0, true);
      view.setUint8(at + 8, range.kind);
      at += 9;
    }
  return file;
}

const recordOf = ({ province, city, postcode, areaCode }: HeadRange): string =>
  [province, city, postcode, areaCode].join('|');
