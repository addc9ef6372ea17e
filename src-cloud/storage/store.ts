import type { Readable } from 'node:stream';

/**
 * Where verified files lie, named by company and id: recordings by theirs (a UUID), the sound of company openers by its SHA-256.
 * Throws `cloud.unreachable` where it is a bucket that does not answer.
 */
export interface FileStore {
  /** Takes over the verified file at `path`, which is not there any more then. Again after a crash: the same. */
  take(companyId: string, id: string, path: string, sha256: string): Promise<void>;
  /** Bytes; undefined when it is not here. */
  size(companyId: string, id: string): Promise<number | undefined>;
  /** @param end inclusive */
  read(companyId: string, id: string, start: number, end: number): Promise<Readable>;
  /** None there: fine. */
  remove(companyId: string, id: string): Promise<void>;
}
