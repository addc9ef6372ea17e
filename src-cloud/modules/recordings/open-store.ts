import type { CloudDeps } from '../../app/deps.ts';
import { BucketStore } from './bucket-store.ts';
import { FolderStore } from './folder-store.ts';
import type { RecordingStore } from './store.ts';

export const openStore = ({ recordingsDir, bucket }: Pick<CloudDeps, 'recordingsDir' | 'bucket'>): RecordingStore =>
  bucket ? new BucketStore(bucket) : new FolderStore(recordingsDir);
