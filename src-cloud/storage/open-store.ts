import type { CloudDeps } from '../app/deps.ts';
import { BucketStore } from './bucket-store.ts';
import { FolderStore } from './folder-store.ts';
import type { FileStore } from './store.ts';

/** The one store of this cloud: its bucket, else its folder. */
export const openStore = ({ recordingsDir, bucket }: Pick<CloudDeps, 'recordingsDir' | 'bucket'>): FileStore =>
  bucket ? new BucketStore(bucket) : new FolderStore(recordingsDir);
