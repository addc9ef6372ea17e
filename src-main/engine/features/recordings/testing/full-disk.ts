import { realFiles, type RecordingFiles } from '../recording-file.ts';

/** A real file on which writes begin to fail after `limit` bytes, as a full disk does. */
export const fullAfter = (limit: number): RecordingFiles => ({
  async open(path, flags) {
    const file = await realFiles.open(path, flags);
    const write = file.write.bind(file) as (buffer: Uint8Array, ...rest: number[]) => Promise<{ bytesWritten: number }>;
    const refuse = async (buffer: Uint8Array, from: number, length: number, at: number): Promise<unknown> => {
      if (at + length > limit) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      return write(buffer, from, length, at);
    };
    return Object.assign(file, { write: refuse });
  },
});
