import { z } from 'zod';
import * as shapes from '../company/quotas.ts';
import { defineRoute } from './kit.ts';
import { id } from './rows.ts';

const done = z.looseObject({});

export const ownQuotas = defineRoute({
  method: 'GET',
  path: '/v1/quotas',
  summary: 'What is left to the person who asks, of each kind that has a limit for them',
  auth: 'user',
  reply: z.looseObject({ quotas: z.array(z.looseObject(shapes.ownQuotaShape)) }),
  errors: [],
});

export const companyQuotas = defineRoute({
  method: 'GET',
  path: '/v1/company/quotas',
  summary: 'All rules and what is used up of them; who has used something this month, the most first, 200 at most',
  auth: 'user',
  right: 'quotas.write',
  reply: z.looseObject({
    rules: z.array(z.looseObject(shapes.quotaRuleShape)),
    people: z.array(z.looseObject(shapes.quotaPersonShape)),
  }),
  errors: ['access.denied'],
});

export const setQuota = defineRoute({
  method: 'PUT',
  path: '/v1/company/quotas',
  summary: 'How much of a kind a company, a department, a role or a person may use; in place of what was said before',
  auth: 'user',
  right: 'quotas.write',
  body: z.object(shapes.quotaRuleFields),
  reply: z.looseObject({ id }),
  errors: ['access.denied', 'not-found'],
});

export const removeQuota = defineRoute({
  method: 'DELETE',
  path: '/v1/company/quotas/:id',
  summary: 'Takes a rule away. What was used stays counted',
  auth: 'user',
  right: 'quotas.write',
  params: z.object({ id }),
  reply: done,
  errors: ['access.denied', 'not-found'],
});
