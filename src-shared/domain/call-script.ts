/** 通话话术: what is said in a call, step by step. Characters; how many a company may have. */
export const scriptBounds = { title: 40, text: 8000, most: 50 } as const;

/** A piece of a script as it is laid out. `step`: with its number or dot, as it was written. */
export type ScriptBlock =
  | { readonly kind: 'heading' | 'text'; readonly text: string }
  | { readonly kind: 'step'; readonly mark: string; readonly text: string };

const heading = /^#+\s*(.+)$/;
const step = /^(\d{1,2}[.、)）]|[-*•·])\s*(.+)$/;

/**
 * Plain text, line by line: `# …` is a heading, `1. …`, `1、…` and `- …` are steps, anything else is what is said. Empty lines
 * only separate.
 */
export function scriptBlocks(text: string): ScriptBlock[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '').map(blockOf);
}

function blockOf(line: string): ScriptBlock {
  const [, title] = heading.exec(line) ?? [];
  if (title !== undefined) return { kind: 'heading', text: title };
  const [, mark, text] = step.exec(line) ?? [];
  if (mark === undefined || text === undefined) return { kind: 'text', text: line };
  return { kind: 'step', mark: /\d/.test(mark) ? mark : '•', text };
}
