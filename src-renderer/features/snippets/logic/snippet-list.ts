import type { Snippet } from '#shared/desk-contract/areas/snippets.ts';

/** What is shown: all, those of one owner, or one group of both (`group:` and its name). */
export type SnippetView = 'all' | 'own' | 'company' | `group:${string}`;

/** The person's own before the company's, each in their order. */
export const ownFirst = (all: readonly Snippet[]): Snippet[] => [
  ...all.filter(({ own }) => own),
  ...all.filter(({ own }) => !own),
];

export const inView = (all: readonly Snippet[], view: SnippetView): readonly Snippet[] =>
  view === 'all'
    ? all
    : all.filter(({ own, category }) =>
        view === 'own' ? own : view === 'company' ? !own : `group:${category}` === view,
      );

/** Names of groups, each once, in the order in which they are met. */
export const groupsOf = (all: readonly Snippet[]): string[] => [
  ...new Set(all.map(({ category }) => category).filter((category) => category !== '')),
];

/** Most used first; equals stay in their order. @param uses as they were when this order was asked for: rows do not jump when one is used */
export const mostUsedFirst = (all: readonly Snippet[], uses: ReadonlyMap<string, number>): Snippet[] =>
  all.toSorted((a, b) => (uses.get(b.id) ?? 0) - (uses.get(a.id) ?? 0));

/**
 * Behind which of the own ones the moved one has to go, to stand beside the target.
 * @param own ids of all of them, in their order
 * @returns null = to the top
 */
export function placeBeside(own: readonly string[], moved: string, target: string, below: boolean): string | null {
  if (below) return target;
  const others = own.filter((id) => id !== moved);
  return others[others.indexOf(target) - 1] ?? null;
}
