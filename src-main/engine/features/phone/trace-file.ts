import { writeFile } from 'node:fs/promises';
import type { PhoneLogEntry, PhoneState } from '#shared/desk-contract/areas/phone.ts';
import { toDatabaseError } from '../../database/database-error.ts';

export interface TraceFacts {
  readonly version: string;
  /** The operating system in a few words. */
  readonly system: string;
  /** Wall clock, ms UTC. */
  readonly now: number;
  readonly state: PhoneState;
}

const arrows: Record<PhoneLogEntry['direction'], string> = { sent: '>', received: '<', note: '#' };

/** The trace as support reads it: facts first, then a line per line with its moment and the time since the one before. */
export function traceText(lines: readonly PhoneLogEntry[], { version, system, now, state }: TraceFacts): string {
  const { device } = state;
  const facts = {
    program: `Jinhu Desk ${version}`,
    system,
    exported: new Date(now).toISOString(),
    make: device?.make,
    model: device?.model,
    firmware: device?.revision,
    imei: device?.imeiTail ? `…${device.imeiTail}` : null,
    profile: device?.profile,
    shape: state.shape,
    ports: device?.ports.join(' ') ?? state.port,
    connection: [state.connection, state.problem?.code].filter(Boolean).join(' '),
    lines: lines.length,
  };
  const head = Object.entries(facts).map(([name, value]) => `# ${name.padEnd(10)} ${value ?? '-'}`);
  const legend =
    '# time (UTC), ms since the line before, modem/slot, > sent < received # note; numbers and PINs are masked';
  let before = lines[0]?.mono ?? 0;
  const body = lines.map((line) => {
    const gap = (line.mono - before).toFixed(3).padStart(12);
    before = line.mono;
    const place = `${line.modem}/${line.slot ?? '-'}`;
    return `${new Date(line.at).toISOString()} ${gap} ${place} ${arrows[line.direction]} ${printable(line.text)}`;
  });
  return [...head, legend, '', ...body, ''].join('\n');
}

/** Bytes that are no text, as \xNN, so that every editor shows the same. */
const printable = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- modems send them
  text.replace(/[\x00-\x1f\x7f-\x9f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);

/** `phone-trace-20260105-140509.txt`, in UTC as the lines inside. */
export const traceFileName = (now: number): string =>
  `phone-trace-${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}.txt`;

/** Readable by its owner only. Rejects with `disk.full` where that is what is wrong. */
export async function writeTrace(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o600 });
  } catch (error) {
    throw toDatabaseError(error);
  }
}
