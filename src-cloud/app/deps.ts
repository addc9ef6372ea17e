import type { Clock } from '#shared/base/clock.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Database } from '../database/database.ts';
import type { CloudMetrics } from './operations/index.ts';
import type { NumberCheckProvider } from './number-check-provider.ts';
import type { SecretBox } from './secret-box.ts';

/** An S3-compatible bucket (AWS Signature Version 4, path style). */
export interface BucketOptions {
  /** e.g. https://s3.example.com, without the bucket. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Before each name, e.g. `recordings/`; may be empty. */
  readonly prefix: string;
}

/** The table of 号段 that whoever runs the cloud has supplied (phone.dat format), looked through. */
export interface NumberHeadsFile {
  readonly bytes: Buffer;
  /** Hex. */
  readonly sha256: string;
  readonly version: string;
  readonly rows: number;
}

/** What every module of the cloud is given. */
export interface CloudDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly logger: Logger;
  /** Folder of the recordings' files; with a bucket those that are on their way. */
  readonly recordingsDir: string;
  /** Where verified recordings are kept instead. */
  readonly bucket?: BucketOptions;
  /** What desks tell 归属地 by; absent = their sample and area codes. */
  readonly numberHeads?: NumberHeadsFile;
  /** Of the access tokens (HS256), 32 bytes. */
  readonly signingKey: Uint8Array;
  /** Of what is kept encrypted: SIP passwords of companies. */
  readonly secrets: SecretBox;
  readonly metrics: CloudMetrics;
  /** Who checks numbers; absent = their format alone. */
  readonly numberChecks?: NumberCheckProvider;
}
