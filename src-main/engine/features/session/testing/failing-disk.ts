import type { FileHandle } from 'node:fs/promises';
import { realDisk, type SealDisk } from '../sealed-file.ts';

/**
 * The real disk, but for its flushes, which ends in front of one of its steps (every open, write, flush, rename and removal is one, in the order of
 * their doing).
 * @param end throws, or kills the process
 */
export function diskThatEnds(at: number, end: () => void): { readonly disk: SealDisk; readonly steps: () => number } {
  let steps = 0;
  const step = (): void => {
    // From then on nothing works, as after a real end.
    if (steps >= at) end();
    steps += 1;
  };
  const counted = (file: FileHandle): FileHandle =>
    new Proxy(file, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const bound = value.bind(target) as (...args: unknown[]) => unknown;
        if (name !== 'write' && name !== 'sync') return bound;
        return (...args: unknown[]) => {
          step();
          return name === 'sync' ? Promise.resolve() : bound(...args);
        };
      },
    });
  const disk: SealDisk = {
    async open(path, flags) {
      step();
      return counted(await realDisk.open(path, flags));
    },
    async rename(from, to) {
      step();
      await realDisk.rename(from, to);
    },
    async remove(path) {
      step();
      await realDisk.remove(path);
    },
    async flushFolder(folder) {
      step();
      await Promise.resolve(folder);
    },
  };
  return { disk, steps: () => steps };
}
