import type { Clock } from '#shared/base/clock.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Database } from '../database/database.ts';
import type { CloudMetrics } from './operations/index.ts';

/** What every module of the cloud is given. */
export interface CloudDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly logger: Logger;
  /** Folder of the recordings' files. */
  readonly recordingsDir: string;
  /** Of the access tokens (HS256), 32 bytes. */
  readonly signingKey: Uint8Array;
  readonly metrics: CloudMetrics;
}
