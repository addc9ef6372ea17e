import { join } from 'node:path';
import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import type { numberPlacesArea } from '#shared/desk-contract/areas/number-places.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { NumberPlace } from '#shared/domain/number-place.ts';
import type { EngineContext } from '../../context.ts';
import { HeadsKeeper, type HeadsCloud } from './heads-keeper.ts';
import { HeadsStore } from './heads-store.ts';
import { NumberPlaces } from './number-places.ts';
import { loadSample } from './sample.ts';

export { openPlaces } from './open-places.ts';

export interface NumberPlacesDeps {
  /** Of the desk: the table is kept once, whoever is signed in. */
  readonly context: EngineContext;
  /** The demo has the sample alone. */
  readonly environment: 'demo' | 'production';
  readonly cloud: HeadsCloud;
  /** In [0, 1). */
  readonly random: () => number;
}

export interface NumberPlacesFeature extends Disposable {
  readonly handlers: Handlers<typeof numberPlacesArea>;
  readonly sources: Sources<typeof numberPlacesArea>;
  /** Where the operator's tables lie (`openPlaces`); null = there are none here. */
  readonly tables: string | null;
  /** Microseconds; null = not known. @param number in any form */
  placeOf(number: string): NumberPlace | null;
  /** Another table: what was told may be another now. */
  onChange(listener: () => void): Disposable;
}

/** 归属地: from the table that whoever runs the cloud supplies, the sample, and the area codes of landlines. */
export function createNumberPlaces({ context, environment, cloud, random }: NumberPlacesDeps): NumberPlacesFeature {
  const bag = new DisposeBag();
  const folder = join(context.dataDir, 'number-heads');
  const places = new NumberPlaces(loadSample());
  if (environment === 'production') {
    const logger = context.logger.child('number-heads');
    const store = new HeadsStore({ folder, clock: context.clock, logger });
    const use = (table: Parameters<NumberPlaces['use']>[0]): void => places.use(table);
    const keeper = bag.add(new HeadsKeeper({ clock: context.clock, logger, cloud, store, random, use }));
    void keeper.start();
  }
  return {
    handlers: {
      'numberPlaces.find': ({ numbers }) => ({ places: numbers.map((number) => places.of(number)) }),
      'numberPlaces.typed': ({ typed }) => ({ place: places.whileTyping(typed) }),
    },
    sources: {
      'numberPlaces.state': (_args, sink) => {
        sink.item(places.state);
        const subscription = places.onChange(() => sink.item(places.state));
        return () => subscription.dispose();
      },
    },
    tables: environment === 'production' ? folder : null,
    placeOf: (number) => places.of(number),
    onChange: (listener) => places.onChange(listener),
    dispose: () => bag.dispose(),
  };
}
