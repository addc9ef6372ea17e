import { z } from 'zod';
import { uuidPattern } from '../base/ids.ts';
import { mostPosition, snippetBounds } from '../domain/snippet.ts';

// 话术, of the company and of people, as both contracts speak of them.

const id = z.string().regex(uuidPattern);

export const snippetFields = {
  /** Under which it stands; empty = none. */
  category: z.string().trim().max(snippetBounds.category),
  title: z.string().trim().min(1).max(snippetBounds.title),
  /** With blanks (`snippetBlanks`). */
  text: z.string().trim().min(1).max(snippetBounds.text),
};

/** Of the company: what is changed; the rest stays. */
export const snippetPatch = {
  category: snippetFields.category.optional(),
  title: snippetFields.title.optional(),
  text: snippetFields.text.optional(),
};

export const companySnippetShape = { id, category: z.string(), title: z.string(), text: z.string() };

/** Of a file, so many at once: longer ones come in several parts. */
export const snippetRows = { rows: z.array(z.object(snippetFields)).min(1).max(50) };

/** All of them, in their new order. */
export const snippetOrder = { ids: z.array(id).max(500) };

/**
 * A person's own, written at their desk. `base`: the version that they had seen; 0 = none. `position`: where it stands among their own,
 * growing down the list; desks of before do not say, and it stays where it is, or goes to the end.
 */
export const ownSnippet = {
  id,
  ...snippetFields,
  base: z.number().int().nonnegative(),
  position: z.number().int().min(1).max(mostPosition).optional(),
};
