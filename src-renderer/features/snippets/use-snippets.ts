import { onScopeDispose, shallowRef, watch, type Ref } from 'vue';
import type { Snippet } from '#shared/desk-contract/areas/snippets.ts';
import { useCommand, useStreamListener } from '#renderer/app/desk.ts';
import { ownFirst } from './logic/snippet-list.ts';

type List = ReturnType<typeof useCommand<'snippets.list'>>;

interface Snippets extends Pick<List, 'failure'> {
  /** Own ones first. Null until the first answer. */
  readonly found: Readonly<Ref<readonly Snippet[] | null>>;
  read(): Promise<void>;
}

/** What is found by a search; empty = all. Follows every change. */
export function useSnippets(search: () => string): Snippets {
  const { run, failure } = useCommand('snippets.list');
  const found = shallowRef<readonly Snippet[] | null>(null);
  let asked = 0;
  async function read(): Promise<void> {
    const mine = (asked += 1);
    const answer = await run({ search: search() });
    // An answer that comes behind a newer question is nobody's.
    if (mine === asked && answer.ok) found.value = ownFirst(answer.value.snippets);
  }
  watch(search, () => void read());
  useStreamListener('snippets.changed', null, () => void read());
  onScopeDispose(() => (asked = 0));
  return { found, failure, read };
}
