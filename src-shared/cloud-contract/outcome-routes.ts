import { z } from 'zod';
import { outcomeSetEdit, outcomeSetShape } from '../company/outcomes.ts';
import * as scripts from '../company/scripts.ts';
import { defineRoute } from './kit.ts';
import { id } from './rows.ts';

// 话后结果 and 通话话术 of the company.

const params = z.object({ id });
const done = z.looseObject({});

export const companyOutcomes = defineRoute({
  method: 'GET',
  path: '/v1/company/outcomes',
  summary: '话后结果 of the company in their order, the retired ones too; version 0 = it has made none',
  auth: 'user',
  right: 'outcomes.write',
  reply: z.looseObject(outcomeSetShape),
  errors: ['access.denied'],
});

export const setOutcomes = defineRoute({
  method: 'PUT',
  path: '/v1/company/outcomes',
  summary:
    'Another set. None is taken out that was there, and none gets another meaning: calls have them (outcome.set-invalid { fault })',
  auth: 'user',
  right: 'outcomes.write',
  body: z.object(outcomeSetEdit),
  reply: z.looseObject({ version: z.number().int() }),
  errors: ['access.denied', 'sync.conflict', 'outcome.set-invalid'],
});

export const companyScripts = defineRoute({
  method: 'GET',
  path: '/v1/company/scripts',
  summary: '通话话术 of the company in their order, those that are off too',
  auth: 'user',
  right: 'outcomes.write',
  reply: z.looseObject({ scripts: z.array(z.looseObject(scripts.companyScriptShape)) }),
  errors: ['access.denied'],
});

export const createScript = defineRoute({
  method: 'POST',
  path: '/v1/company/scripts',
  summary: 'A new one, at the end of the list',
  auth: 'user',
  right: 'outcomes.write',
  body: z.object(scripts.scriptFields),
  reply: z.looseObject({ id }),
  errors: ['access.denied', 'script.too-many'],
});

export const changeScript = defineRoute({
  method: 'PATCH',
  path: '/v1/company/scripts/:id',
  summary: 'Another title or text; on or off',
  auth: 'user',
  right: 'outcomes.write',
  params,
  body: z.object(scripts.scriptPatch),
  reply: done,
  errors: ['access.denied', 'not-found'],
});

export const orderScripts = defineRoute({
  method: 'PUT',
  path: '/v1/company/scripts/order',
  summary: 'Another order. Refused with sync.conflict when these are not all that there are now',
  auth: 'user',
  right: 'outcomes.write',
  body: z.object(scripts.scriptOrder),
  reply: done,
  errors: ['access.denied', 'sync.conflict'],
});

export const removeScript = defineRoute({
  method: 'DELETE',
  path: '/v1/company/scripts/:id',
  summary: 'Takes it off all desks',
  auth: 'user',
  right: 'outcomes.write',
  params,
  reply: done,
  errors: ['access.denied', 'not-found'],
});

export const outcomeRoutes = {
  companyOutcomes, setOutcomes, companyScripts, createScript, changeScript, orderScripts, removeScript,
} as const; // prettier-ignore
