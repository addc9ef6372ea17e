import { z } from 'zod';
import { defineArea } from '../kit.ts';
import { numberPlace, revision } from './common.ts';

// 归属地 and 号段 of numbers. The engine tells them, from tables that no window has. Works offline.

export const numberPlacesArea = defineArea({
  commands: {
    /** Of each number its place, in their order; null = not known, or none (service numbers, extensions, other countries). */
    'numberPlaces.find': {
      in: z.object({ numbers: z.array(z.string().max(60)).max(100) }),
      out: z.object({ places: z.array(numberPlace.nullable()) }),
      errors: [],
    },
    /** Of a number that somebody is still typing: from the seventh digit of a mobile, from the area code of a landline on. */
    'numberPlaces.typed': {
      in: z.object({ typed: z.string().max(60) }),
      out: z.object({ place: numberPlace.nullable() }),
      errors: [],
    },
  },
  streams: {
    /** Which table of number heads is in use; null = only the sample is here. Another `rev`: what was told may be another now. */
    'numberPlaces.state': {
      args: z.null(),
      item: revision.extend({
        table: z.object({ version: z.string(), rows: z.number().int() }).nullable(),
      }),
      resume: 'latest',
    },
  },
});
