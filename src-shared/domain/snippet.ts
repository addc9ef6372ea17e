/** 话术: what people paste into a chat. Characters. */
export const snippetBounds = { category: 20, title: 40, text: 2000 } as const;

/** Of the company, and of one person: more than anybody finds something in. */
export const mostSnippets = 300;

/** Stand in a text for what is known when it is used. */
export const snippetBlanks = ['{客户姓名}', '{客户公司}', '{我的姓名}'] as const;

/** Places of a person's own are this far apart, so that one is moved without writing the others anew. */
export const placeGap = 1024;

/** As far as the cloud counts. */
export const mostPosition = 2_147_483_647;

export interface SnippetWords {
  readonly category: string;
  readonly title: string;
  readonly text: string;
}

/** Why a row of an imported file is left out. `known`: an own one, or a row above, has the same title and text; `full`: beyond `mostSnippets`. */
export type SnippetFault = 'no-title' | 'no-text' | 'long-category' | 'long-title' | 'long-text' | 'known' | 'full';

/** Which rows may be added to the person's own, or to the company's, in the order of the rows: null = this one. */
export function snippetFaults(rows: readonly SnippetWords[], own: readonly SnippetWords[]): (SnippetFault | null)[] {
  const known = new Set(own.map(sameness));
  let count = own.length;
  return rows.map((row) => {
    const fault = wordFault(row) ?? (known.has(sameness(row)) ? 'known' : count >= mostSnippets ? 'full' : null);
    if (fault === null) {
      known.add(sameness(row));
      count += 1;
    }
    return fault;
  });
}

/** Those of a file that may be added, by `snippetFaults`. */
export function takenSnippets<Row extends SnippetWords>(rows: readonly Row[], own: readonly SnippetWords[]): Row[] {
  const faults = snippetFaults(rows, own);
  return rows.filter((_, at) => faults[at] === null);
}

const sameness = ({ title, text }: SnippetWords): string => JSON.stringify([title.trim(), text.trim()]);

function wordFault({ category, title, text }: SnippetWords): SnippetFault | null {
  if (title.trim() === '') return 'no-title';
  if (text.trim() === '') return 'no-text';
  if (category.trim().length > snippetBounds.category) return 'long-category';
  if (title.trim().length > snippetBounds.title) return 'long-title';
  return text.trim().length > snippetBounds.text ? 'long-text' : null;
}
