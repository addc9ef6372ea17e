import { setImmediate as pause } from 'node:timers/promises';
import { Unzip, UnzipInflate, type UnzipFile } from 'fflate';
import { AppError } from '#shared/base/errors.ts';

/** Takes one part of the package as it is inflated. */
export interface PartSink {
  write(bytes: Uint8Array): void;
  end(): void;
}

/** Of the file, at a time: what they become is a thousand times as much at most. */
const slice = 16 * 1024;
/** Between two looks at what else the thread is asked. */
const turnMs = 40;
/** Of all parts together: 50,000 rows of 100 columns. What wants more is made to fill the memory. */
const mostInflated = 512 * 1024 * 1024;

/** The parts of a workbook, which is a ZIP file: each look goes through all of it, and inflates only what is asked for. */
export class ZipParts {
  private readonly bytes: Uint8Array;
  private left: number;

  /** @param most of bytes that it may become */
  constructor(bytes: Uint8Array, most = mostInflated) {
    [this.bytes, this.left] = [bytes, most];
  }

  /**
   * Hands the parts that have a sink over, in the order of the file.
   * @returns names of those that were read, each to its end
   * Rejects with AppError `import.not-a-sheet` (damaged), `import.too-much-inside`, and with what a sink throws.
   */
  async read(sinkOf: (name: string) => PartSink | null): Promise<ReadonlySet<string>> {
    const [begun, ended] = [new Set<string>(), new Set<string>()];
    const unzip = new Unzip((file) => {
      // Of two parts of one name the first counts.
      const sink = begun.has(file.name) ? null : sinkOf(file.name);
      if (!sink) return;
      begun.add(file.name);
      this.open(file, sink, () => ended.add(file.name));
    });
    unzip.register(UnzipInflate);
    let turn = performance.now();
    for (let at = 0; at < this.bytes.length; at += slice) {
      push(unzip, this.bytes.subarray(at, at + slice), at + slice >= this.bytes.length);
      if (performance.now() - turn < turnMs) continue;
      await pause();
      turn = performance.now();
    }
    if (ended.size < begun.size) throw new AppError('import.not-a-sheet', { reason: 'cut-off' });
    return ended;
  }

  private open(file: UnzipFile, sink: PartSink, ended: () => void): void {
    file.ondata = (error, bytes, isLast) => {
      if (error) throw error;
      this.left -= bytes.length;
      if (this.left < 0) throw new AppError('import.too-much-inside');
      sink.write(bytes);
      if (!isLast) return;
      sink.end();
      ended();
    };
    file.start();
  }
}

/** Whatever the library says of the file, it is damaged. */
function push(unzip: Unzip, bytes: Uint8Array, isLast: boolean): void {
  try {
    unzip.push(bytes, isLast);
  } catch (error) {
    throw error instanceof AppError ? error : new AppError('import.not-a-sheet', { reason: 'zip' }, error);
  }
}
