import { z } from 'zod';
import * as snippets from '../company/snippets.ts';
import { defineRoute } from './kit.ts';
import { id } from './rows.ts';

// 话术 of the company.

const params = z.object({ id });
const done = z.looseObject({});

export const companySnippets = defineRoute({
  method: 'GET',
  path: '/v1/company/snippets',
  summary: '话术 of the company in their order; nobody’s own',
  auth: 'user',
  right: 'snippets.write',
  reply: z.looseObject({ snippets: z.array(z.looseObject(snippets.companySnippetShape)) }),
  errors: ['access.denied'],
});

export const createSnippet = defineRoute({
  method: 'POST',
  path: '/v1/company/snippets',
  summary: 'A new one, at the end of the list',
  auth: 'user',
  right: 'snippets.write',
  body: z.object(snippets.snippetFields),
  reply: z.looseObject({ id }),
  errors: ['access.denied', 'snippet.too-many'],
});

export const importSnippets = defineRoute({
  method: 'POST',
  path: '/v1/company/snippets/import',
  summary:
    'Rows of a file as new ones at the end of the list, all or none; left out is what has the title and the text of one that is there, and what there is no room for',
  auth: 'user',
  right: 'snippets.write',
  body: z.object(snippets.snippetRows),
  reply: z.looseObject({ added: z.number().int() }),
  errors: ['access.denied'],
});

export const changeSnippet = defineRoute({
  method: 'PATCH',
  path: '/v1/company/snippets/:id',
  summary: 'Another category, title or text',
  auth: 'user',
  right: 'snippets.write',
  params,
  body: z.object(snippets.snippetPatch),
  reply: done,
  errors: ['access.denied', 'not-found'],
});

export const orderSnippets = defineRoute({
  method: 'PUT',
  path: '/v1/company/snippets/order',
  summary: 'Another order. Refused with sync.conflict when these are not all that there are now',
  auth: 'user',
  right: 'snippets.write',
  body: z.object(snippets.snippetOrder),
  reply: done,
  errors: ['access.denied', 'sync.conflict'],
});

export const removeSnippet = defineRoute({
  method: 'DELETE',
  path: '/v1/company/snippets/:id',
  summary: 'Takes it off all desks',
  auth: 'user',
  right: 'snippets.write',
  params,
  reply: done,
  errors: ['access.denied', 'not-found'],
});
