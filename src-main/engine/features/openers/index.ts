import { AppError } from '#shared/base/errors.ts';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { MediaHandles } from '../../media/media-handles.ts';
import { Openers, type OpenerChoice } from './openers.ts';
import { OpenerRepository } from './repository.ts';

export interface OpenersDeps {
  readonly context: EngineContext;
  readonly db: WritableDb;
  readonly media: MediaHandles;
  readonly choice: OpenerChoice;
  /** A clip that is playing to a customer must not be deleted. */
  readonly isPlaying: (openerId: string) => boolean;
}

export type { OpenerChoice } from './openers.ts';

type OpenerCommands = Extract<keyof Handlers<DeskContract>, `openers.${string}`>;

export interface OpenersFeature {
  readonly openers: Openers;
  readonly handlers: Pick<Handlers<DeskContract>, OpenerCommands>;
  readonly sources: Pick<Sources<DeskContract>, 'openers.all'>;
}

export function createOpeners({ context, db, media, choice, isPlaying }: OpenersDeps): OpenersFeature {
  const openers = new Openers(context, new OpenerRepository(db), media, choice);
  return {
    openers,
    handlers: {
      'openers.beginUpload': (input) => openers.beginUpload(input),
      'openers.uploadChunk': ({ uploadId, offset, data }) =>
        openers.uploadChunk(uploadId, offset, data).then(() => null),
      'openers.finishUpload': ({ uploadId, name, text }) => openers.finishUpload(uploadId, name, text),
      'openers.cancelUpload': ({ uploadId }) => openers.cancelUpload(uploadId).then(() => null),
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
