import type { Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { MediaHandles } from '../../media/media-handles.ts';
import type { ChangeApplier } from '../../sync/index.ts';
import { CompanyOpeners, type SoundCloud } from './company-openers.ts';
import { Openers, type OpenerChoice } from './openers.ts';
import { OpenerRepository } from './repository.ts';

export interface OpenersDeps {
  readonly context: EngineContext;
  readonly db: WritableDb;
  readonly media: MediaHandles;
  readonly choice: OpenerChoice;
  readonly cloud: SoundCloud;
  /** In [0, 1). */
  readonly random: () => number;
  readonly inCall: () => boolean;
  /** A clip that is playing to a customer must not be deleted. */
  readonly isPlaying: (openerId: string) => boolean;
}

export type { SoundCloud } from './company-openers.ts';
export type { OpenerChoice } from './openers.ts';

type OpenerCommands = Extract<keyof Handlers<DeskContract>, `openers.${string}`>;

export interface OpenersFeature extends Disposable {
  readonly openers: Openers;
  readonly company: CompanyOpeners;
  readonly applier: ChangeApplier;
  readonly handlers: Pick<Handlers<DeskContract>, OpenerCommands>;
  readonly sources: Pick<Sources<DeskContract>, 'openers.all'>;
}

export function createOpeners(deps: OpenersDeps): OpenersFeature {
  const { context, db, media, choice, isPlaying } = deps;
  const company = new CompanyOpeners(deps);
  const openers = new Openers(context, new OpenerRepository(db), media, choice, company);
  return {
    openers,
    company,
    applier: company.applier,
    dispose: () => company.dispose(),
    handlers: {
      'openers.beginUpload': (input) => openers.beginUpload(input),
      'openers.uploadChunk': ({ uploadId, offset, data }) =>
        openers.uploadChunk(uploadId, offset, data).then(() => null),
      'openers.finishUpload': ({ uploadId, name, text }) => openers.finishUpload(uploadId, name, text),
      'openers.cancelUpload': ({ uploadId }) => openers.cancelUpload(uploadId).then(() => null),
      'openers.sendToCompany': ({ uploadId }, { signal }) => openers.sendToCompany(uploadId, signal),
      'openers.listenCompany': ({ sha256 }, { signal }) => openers.listenCompany(sha256, signal),
      'openers.change': ({ id, ...change }) => {
        openers.change(id, change);
        return null;
      },
      'openers.remove': ({ id }) => {
        if (isPlaying(id)) throw new AppError('opener.in-use');
        openers.remove(id);
        return null;
      },
      'openers.listen': ({ id }) => openers.listen(id),
    },
    sources: {
      'openers.all': (_args, sink) => {
        sink.item(openers.all());
        const subscription = openers.onChange(() => sink.item(openers.all()));
        return () => subscription.dispose();
      },
    },
  };
}
