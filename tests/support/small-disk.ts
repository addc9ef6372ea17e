import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

/** A folder on a disk that is full after so many bytes; ends when disposed. */
export interface SmallDisk {
  dispose(): void;
}

/** A real file system of that size over the folder. Null where we may not mount (not root, a container). */
export function mountSmallDisk(folder: string, bytes: number): SmallDisk | null {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=700`, 'tmpfs', folder]);
  if (mounted.status !== 0) return null;
  // Lazy: whoever still has a file open keeps it.
  return { dispose: () => void spawnSync('umount', ['-l', folder]) };
}

/** The same by Node's own calls: files opened in the folder from now on take `bytes` each and then refuse as a full disk does. */
export function pretendSmallDisk(folder: string, bytes: number): SmallDisk {
  const real = fs.promises.open;
  fs.promises.open = async (path, ...rest) => {
    const file = await real(path, ...rest);
    if (!String(path).startsWith(join(folder, '/'))) return file;
    const write = file.write.bind(file);
    const limited = (buffer: Uint8Array, offset: number, length: number, at: number): Promise<unknown> => {
      if (at + length <= bytes) return write(buffer, offset, length, at);
      return Promise.reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
    };
    return Object.assign(file, { write: limited });
  };
  syncBuiltinESMExports();
  return {
    dispose() {
      fs.promises.open = real;
      syncBuiltinESMExports();
    },
  };
}
