import type { numberListsArea } from '#shared/desk-contract/areas/number-lists.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { ChangeApplier } from '../../sync/index.ts';
import { NumberLists, type NumberListsDeps } from './number-lists.ts';

export { barring } from './repository.ts';

export interface NumberListsFeature {
  readonly handlers: Handlers<typeof numberListsArea>;
  readonly sources: Sources<typeof numberListsArea>;
  readonly lists: NumberLists;
  readonly applier: ChangeApplier;
}

export function createNumberLists(deps: NumberListsDeps): NumberListsFeature {
  const lists = new NumberLists(deps);
  return {
    handlers: {
      'numbers.request': (request) => {
        lists.request(request);
        return null;
      },
      'numbers.listings': ({ number }) => ({ listings: lists.of(number) }),
      'numbers.list': (query) => lists.page(query),
      'numbers.withdraw': ({ id }) => {
        lists.withdraw(id);
        return null;
      },
    },
    sources: {
      'numbers.changed': (_args, sink) => {
        sink.item({ rev: lists.rev });
        const subscription = lists.onChange((rev) => sink.item({ rev }));
        return () => subscription.dispose();
      },
    },
    lists,
    applier: lists.applier,
  };
}
