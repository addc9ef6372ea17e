import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { ChangeApplier } from '../../sync/ports.ts';
import { RecordingLibrary, type LibraryDeps } from './library.ts';
import { LocalCopies } from './local-copies.ts';
import { Recordings, type NoteSealed } from './recordings.ts';
import type { RecordingFiles } from './recording-file.ts';
import { RecordingRepository } from './repository.ts';

export { keptRecordings, removeRecordingFromCloud, takeRecordingFromCloud } from './from-cloud.ts';

export interface RecordingsDeps extends Pick<LibraryDeps, 'media' | 'fetch' | 'call' | 'hides'> {
  readonly context: EngineContext;
  readonly db: WritableDb;
  readonly noteSealed: NoteSealed;
  /** Another file system face, for tests of failing disks. */
  readonly files?: RecordingFiles;
}

export interface RecordingsFeature {
  /** While calls run: what the calls feature records through. */
  readonly recorder: Recordings;
  /** After the call: upload, listening, colleagues' recordings. */
  readonly library: RecordingLibrary;
  readonly applier: ChangeApplier;
  readonly handlers: Pick<Handlers<DeskContract>, 'recordings.open' | 'recordings.download'>;
  /** Waits until everything that ended is sealed. */
  dispose(): Promise<void>;
}

export function createRecordings(deps: RecordingsDeps): RecordingsFeature {
  const { context, db, noteSealed, files } = deps;
  const repository = new RecordingRepository(db);
  const recorder = new Recordings(context, repository, noteSealed, files);
  const library = new RecordingLibrary({ ...deps, recordings: recorder, repository });
  const copies = new LocalCopies({ context, repository, folder: recorder.folder, fetched: library.cache });
  return {
    recorder,
    library,
    applier: {
      apply: (tx, changes) => library.applyFromCloud(tx, changes),
      applied: () => void (library.tellGone() && copies.tidy()),
      own: (_tx, after, limit) => library.own(after, limit),
      sendAgain: (tx, ids) => library.uploadAgain(tx, ids),
    },
    handlers: {
      'recordings.open': ({ callId }) => library.open(callId),
      'recordings.download': ({ callId }) => library.download(callId),
    },
    dispose() {
      copies.dispose();
      return recorder.dispose();
    },
  };
}
