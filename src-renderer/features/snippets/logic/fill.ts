import { snippetBlanks } from '#shared/domain/snippet.ts';

/** What stands in for the blanks of a snippet; null = not known. */
export interface SnippetNames {
  readonly contact: string | null;
  readonly company: string | null;
  readonly agent: string | null;
}

/** A run of a filled text. */
export interface FilledPiece {
  readonly text: string;
  /** A blank that nobody knows what to put into: it stays as it is written. */
  readonly unknown: boolean;
}

export interface Filled {
  readonly text: string;
  readonly pieces: readonly FilledPiece[];
  /** Unknown blanks without their braces, each once. */
  readonly missing: readonly string[];
}

const anyBlank = new RegExp(`(${snippetBlanks.join('|')})`);

/** A text with the names that are known in the place of its blanks. Other braces are text. */
export function fillSnippet(text: string, { contact, company, agent }: SnippetNames): Filled {
  const known: Readonly<Record<string, string | null>> = {
    '{客户姓名}': contact,
    '{客户公司}': company,
    '{我的姓名}': agent,
  };
  const pieces = text
    .split(anyBlank)
    .filter((part) => part !== '')
    .map((part): FilledPiece => {
      if (!(part in known)) return { text: part, unknown: false };
      const name = known[part]?.trim();
      return name ? { text: name, unknown: false } : { text: part, unknown: true };
    });
  const missing = new Set(pieces.filter(({ unknown }) => unknown).map((piece) => piece.text.slice(1, -1)));
  return { text: pieces.map((piece) => piece.text).join(''), pieces, missing: [...missing] };
}

/** Several in their order, as one text. */
export function joinSnippets(texts: readonly string[], names: SnippetNames): Pick<Filled, 'text' | 'missing'> {
  const filled = texts.map((text) => fillSnippet(text, names));
  return {
    text: filled.map(({ text }) => text).join('\n'),
    missing: [...new Set(filled.flatMap(({ missing }) => missing))],
  };
}
