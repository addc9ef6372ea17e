import { z } from 'zod';
import { snippetFields } from '../../company/snippets.ts';
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
});
export type Snippet = z.output<typeof snippet>;

export const snippetsArea = defineArea({
  commands: {
    /** The company's in their order, then the person's own. `search`: part of category, title or text. */
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
  },
  streams: { 'snippets.changed': { args: z.null(), item: revision, resume: 'latest' } },
});
