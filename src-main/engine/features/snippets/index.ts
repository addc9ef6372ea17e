import type { snippetsArea } from '#shared/desk-contract/areas/snippets.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { Snippets, type SnippetsDeps } from './snippets.ts';

export type { SnippetDeed } from './snippets.ts';

export interface SnippetsFeature {
  readonly handlers: Handlers<typeof snippetsArea>;
  readonly sources: Sources<typeof snippetsArea>;
  readonly snippets: Snippets;
}

export function createSnippets(deps: SnippetsDeps): SnippetsFeature {
  const snippets = new Snippets(deps);
  return {
    handlers: {
      'snippets.list': ({ search }) => ({ snippets: snippets.list(search) }),
      'snippets.save': ({ id, ...words }) => ({ id: snippets.save(id, words) }),
      'snippets.remove': ({ id }) => {
        snippets.remove(id);
        return null;
      },
      'snippets.move': ({ id, after }) => {
        snippets.move(id, after);
        return null;
      },
      'snippets.used': ({ ids }) => {
        snippets.used(ids);
        return null;
      },
      'snippets.import': ({ rows }) => ({ added: snippets.import(rows) }),
    },
    sources: {
      'snippets.changed': (_args, sink) => {
        sink.item({ rev: snippets.rev });
        const subscription = snippets.onChange((rev) => sink.item({ rev }));
        return () => subscription.dispose();
      },
    },
    snippets,
  };
}
