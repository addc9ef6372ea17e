import { z } from 'zod';
import { defineRoute } from './kit.ts';
import { sha256 } from './rows.ts';

// 归属地: the table of 号段 that whoever runs the cloud has supplied, in phone.dat format.

export const numberHeads = defineRoute({
  method: 'GET',
  path: '/v1/number-heads',
  summary: 'Which table of number heads this cloud has; null = none, and desks do without theirs',
  auth: 'user',
  reply: z.looseObject({
    file: z
      .looseObject({
        sha256,
        bytes: z.number().int().positive(),
        /** Of the file: four characters. */
        version: z.string().max(4),
        rows: z.number().int().positive(),
      })
      .nullable(),
  }),
  errors: [],
});

export const numberHeadsFile = defineRoute({
  method: 'GET',
  path: '/v1/number-heads/:sha256',
  summary: 'That table, whole, in phone.dat format. Another one than the one in use is not found',
  auth: 'user',
  params: z.object({ sha256 }),
  reply: 'bytes',
  errors: ['not-found'],
});
