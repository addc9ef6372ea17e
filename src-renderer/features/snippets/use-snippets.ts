import { onScopeDispose, ref, shallowRef, watch, type Ref } from 'vue';
import type { Snippet } from '#shared/desk-contract/areas/snippets.ts';
import { useCommand, useStreamListener } from '#renderer/app/desk.ts';
import { ownFirst } from './logic/snippet-list.ts';

type List = ReturnType<typeof useCommand<'snippets.list'>>;

interface Snippets extends Pick<List, 'failure'> {
  /** Own ones first. Null until the first answer. */
  readonly found: Readonly<Ref<readonly Snippet[] | null>>;
  /** The search that was found by. */
  readonly foundBy: Readonly<Ref<string | null>>;
  read(): Promise<void>;
}

/** What is found by a search; empty = all. Follows every change. */
export function useSnippets(search: () => string): Snippets {
  const { run, failure } = useCommand('snippets.list');
  const found = shallowRef<readonly Snippet[] | null>(null);
  const foundBy = ref<string | null>(null);
  let asked = 0;
  async function read(): Promise<void> {
    const mine = (asked += 1);
    const asks = search();
    const answer = await run({ search: asks });
    // An answer that comes behind a newer question is nobody's.
    if (mine !== asked || !answer.ok) return;
    found.value = ownFirst(answer.value.snippets);
    foundBy.value = asks;
  }
  watch(search, () => void read());
  useStreamListener('snippets.changed', null, () => void read());
  onScopeDispose(() => (asked = 0));
  return { found, foundBy, failure, read };
}
