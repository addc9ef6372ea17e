import type { PhoneLogBatch, PhoneLogEntry } from '#shared/desk-contract/areas/phone.ts';

/** What the window keeps; the engine keeps more for the export. */
export const keptLines = 2_000;

/** The log as this window has it, oldest first. */
export interface PhoneLog {
  readonly run: string | null;
  readonly lines: readonly PhoneLogEntry[];
  /** Lines of this run that came and are not shown: too many at once, or too old by now. */
  readonly left: number;
}

export const emptyLog: PhoneLog = { run: null, lines: [], left: 0 };

/** Adds a batch. Lines that are known (a reconnect sends the last ones again) stay once; another run begins anew. */
export function withBatch(log: PhoneLog, batch: PhoneLogBatch, keep = keptLines): PhoneLog {
  const before = batch.run === log.run ? log : emptyLog;
  const last = before.lines.at(-1)?.seq ?? 0;
  const fresh = batch.entries.filter(({ seq }) => seq > last);
  const first = fresh[0];
  if (!first) return { ...before, run: batch.run };
  const missed = before.lines.length > 0 ? first.seq - last - 1 : batch.dropped;
  const lines = [...before.lines, ...fresh];
  const old = Math.max(0, lines.length - keep);
  return { run: batch.run, lines: lines.slice(old), left: before.left + missed + old };
}

export interface LogFilter {
  /** Null = all. */
  readonly slot: number | null;
  readonly text: string;
}

export function filterLines(lines: readonly PhoneLogEntry[], { slot, text }: LogFilter): readonly PhoneLogEntry[] {
  const wanted = text.trim().toLowerCase();
  if (slot === null && wanted === '') return lines;
  return lines.filter(
    (line) => (slot === null || line.slot === slot) && (wanted === '' || line.text.toLowerCase().includes(wanted)),
  );
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `14:05:09.123`, local. */
export function lineTime(at: number): string {
  const d = new Date(at);
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}.${String(d.getMilliseconds()).padStart(3, '0')}`;
}

const arrows: Record<PhoneLogEntry['direction'], string> = { sent: '>', received: '<', note: '#' };

/** As it is copied, in the shape of the exported file. */
export const lineText = ({ at, modem, slot, direction, text }: PhoneLogEntry): string =>
  `${lineTime(at)} ${modem}/${slot ?? '-'} ${arrows[direction]} ${text}`;
