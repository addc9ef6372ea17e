import { z } from 'zod';
import { snippetFields } from '../../company/snippets.ts';
import { mostSnippets } from '../../domain/snippet.ts';
import { defineArea } from '../kit.ts';
import { id, revision } from './common.ts';

// 话术 as a desk has them: the company's to use, the person's own to write. Works offline.

export const snippet = z.object({
  id,
  /** Else the company's, which is not changed here. */
  own: z.boolean(),
  category: z.string(),
  title: z.string(),
  text: z.string(),
  /** How often this person has used it at this desk. */
  uses: z.number().int().nonnegative(),
});
export type Snippet = z.output<typeof snippet>;

export const snippetsArea = defineArea({
  commands: {
    /**
     * The company's in their order, then the person's own. `search`: part of category, title or text, or of category, title
     * and the beginning of the text in pinyin or its first letters.
     */
    'snippets.list': {
      in: z.object({ search: z.string().trim().max(60).default('') }),
      out: z.object({ snippets: z.array(snippet) }),
      errors: [],
    },
    /** `id`: of the person's own that is written anew; null = a new one. */
    'snippets.save': {
      in: z.object({ id: id.nullable(), ...snippetFields }),
      out: z.object({ id }),
      errors: ['not-found', 'snippet.too-many', 'disk.full'],
    },
    'snippets.remove': { in: z.object({ id }), out: z.null(), errors: ['not-found', 'disk.full'] },
    /** One of the person's own goes behind another one; `after` null = to the top of them. */
    'snippets.move': {
      in: z.object({ id, after: id.nullable() }),
      out: z.null(),
      errors: ['not-found', 'disk.full'],
    },
    /** Counts one use of each. What is not here any more is passed over. */
    'snippets.used': { in: z.object({ ids: z.array(id).min(1).max(50) }), out: z.null(), errors: ['disk.full'] },
    /** New ones at the end of the person's own, but for those that `snippetFaults` leaves out. */
    'snippets.import': {
      in: z.object({ rows: z.array(z.object(snippetFields)).min(1).max(mostSnippets) }),
      out: z.object({ added: z.number().int() }),
      errors: ['disk.full'],
    },
  },
  streams: { 'snippets.changed': { args: z.null(), item: revision, resume: 'latest' } },
});
