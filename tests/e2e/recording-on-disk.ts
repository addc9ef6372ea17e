import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Both sides of a recording, 16-bit at 8 kHz. */
export interface RecordingOnDisk {
  readonly path: string;
  readonly customer: Int16Array;
  /** What the customer was sent. */
  readonly agent: Int16Array;
}

/** The first recording of the demo's one person, or the one that was written last. */
export function recordingOnDisk(dataDir: string, which: 'first' | 'newest' = 'first'): RecordingOnDisk {
  const environments = join(dataDir, 'desks/main/environments/demo');
  const person = readdirSync(environments)[0] ?? '';
  const folder = join(environments, person, 'recordings');
  const paths = readdirSync(folder)
    .filter((name) => name.endsWith('.wav'))
    .map((name) => join(folder, name));
  if (which === 'newest') paths.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  const path = paths[0] ?? '';
  const bytes = readFileSync(path);
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset + 44));
  const side = (offset: number): Int16Array => samples.filter((_, n) => n % 2 === offset);
  return { path, customer: side(0), agent: side(1) };
}
