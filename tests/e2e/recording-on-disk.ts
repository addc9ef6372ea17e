import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Both sides of a recording, 16-bit at 8 kHz. */
export interface RecordingOnDisk {
  readonly path: string;
  readonly customer: Int16Array;
  /** What the customer was sent. */
  readonly agent: Int16Array;
}

/** The first recording of the demo's one person. */
export function recordingOnDisk(dataDir: string): RecordingOnDisk {
  const environments = join(dataDir, 'desks/main/environments/demo');
  const person = readdirSync(environments)[0] ?? '';
  const folder = join(environments, person, 'recordings');
  const path = join(folder, readdirSync(folder).find((name) => name.endsWith('.wav')) ?? '');
  const bytes = readFileSync(path);
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset + 44));
  const side = (offset: number): Int16Array => samples.filter((_, n) => n % 2 === offset);
  return { path, customer: side(0), agent: side(1) };
}
