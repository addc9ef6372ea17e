import { z } from 'zod';
import * as openerShapes from '../company/openers.ts';
import { defineRoute } from './kit.ts';
import { duration, id, sha256 } from './rows.ts';

// 开场白 of the company, and their sounds.

const params = z.object({ id });
const done = z.looseObject({});

export const companyOpeners = defineRoute({
  method: 'GET',
  path: '/v1/company/openers',
  summary: '开场白 of the company in their order, those that are off too',
  auth: 'user',
  right: 'openers.write',
  reply: z.looseObject({ openers: z.array(z.looseObject(openerShapes.companyOpenerShape)) }),
  errors: ['access.denied'],
});

export const createOpener = defineRoute({
  method: 'POST',
  path: '/v1/company/openers',
  summary: 'A new one, at the end of the list. Its sound was sent before (opener.sound-damaged: it is not here)',
  auth: 'user',
  right: 'openers.write',
  body: z.object(openerShapes.newCompanyOpener),
  reply: z.looseObject({ id }),
  errors: ['access.denied', 'not-found', 'opener.sound-damaged', 'opener.company-full'],
});

export const changeOpener = defineRoute({
  method: 'PATCH',
  path: '/v1/company/openers/:id',
  summary: 'Another name, text, sound, audience; on or off; the default, which then takes the place of another one',
  auth: 'user',
  right: 'openers.write',
  params,
  body: z.object(openerShapes.companyOpenerPatch),
  reply: done,
  errors: ['access.denied', 'not-found', 'opener.sound-damaged'],
});

export const orderOpeners = defineRoute({
  method: 'PUT',
  path: '/v1/company/openers/order',
  summary: 'Another order. Refused with sync.conflict when these are not all that there are now',
  auth: 'user',
  right: 'openers.write',
  body: z.object(openerShapes.openerOrder),
  reply: done,
  errors: ['access.denied', 'sync.conflict'],
});

export const removeOpener = defineRoute({
  method: 'DELETE',
  path: '/v1/company/openers/:id',
  summary: 'Takes it off all desks. A call in which it plays goes on',
  auth: 'user',
  right: 'openers.write',
  params,
  reply: done,
  errors: ['access.denied', 'not-found'],
});

const soundParams = z.object({ sha256 });

export const openerSound = defineRoute({
  method: 'GET',
  path: '/v1/openers/sounds/:sha256',
  summary: 'The sound of an opener of the company, whole: 16-bit mono WAV at 8 kHz, a megabyte at most',
  auth: 'user',
  params: soundParams,
  reply: 'bytes',
  errors: ['not-found'],
});

export const putOpenerSound = defineRoute({
  method: 'PUT',
  path: '/v1/openers/sounds/:sha256',
  summary:
    'A sound for an opener, as it is played: 16-bit mono WAV at 8 kHz (application/octet-stream). Idempotent; one that no opener names within a day is removed',
  auth: 'user',
  right: 'openers.write',
  params: soundParams,
  body: 'bytes',
  reply: z.looseObject({ durationMs: duration }),
  errors: [
    'access.denied',
    'opener.sound-damaged',
    'opener.not-audio',
    'opener.too-long',
    'opener.too-short',
    'disk.full',
  ],
});
