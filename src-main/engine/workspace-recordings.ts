import type { EngineContext } from './context.ts';
import type { WritableDb } from './database/handles.ts';
import type { CallsFeature } from './features/calls/index.ts';
import { createRecordings, type RecordingsFeature } from './features/recordings/index.ts';
import type { MediaHandles } from './media/media-handles.ts';
import type { CloudClient } from './sync/cloud-client.ts';

interface Ground {
  readonly context: EngineContext;
  readonly db: WritableDb;
  readonly identity: { readonly cloud: CloudClient };
  readonly deps: { readonly media: MediaHandles };
}

/**
 * What was said in calls: recorded, sent to the cloud, listened to, kept.
 * @param calls which are made behind it, and record through it
 * @param hides whether this person's files have that number (E.164) masked
 */
export const composeRecordings = (
  { context, db, identity, deps }: Ground,
  calls: () => CallsFeature,
  hides: (e164: string) => boolean,
): RecordingsFeature =>
  createRecordings({
    ...{ context, db, hides, media: deps.media },
    fetch: async (id, ask) => (await identity.cloud.openRecording(id, ask)).stream,
    noteSealed: (callId) => calls().recordingSealed(callId),
    call(callId) {
      const { started_at: startedAt, number, customer_name: customerName } = calls().visible(callId);
      return { startedAt, number, customerName };
    },
  });
