import { randomBytes } from 'node:crypto';
import type { Logger } from '#shared/base/logger.ts';
import { migrate, openOwner, ourSchema, type OwnerDatabase, type ServerSchema } from './database.ts';
import { guardRows } from './row-security.ts';

/** What a start finds out as the owner of the database, which the server is not from then on. */
export interface Prepared {
  /** For `openDatabase`. */
  readonly role: string | null;
  /** Of the access tokens. */
  readonly signingKey: Uint8Array;
}

/** Brings schema and rights up to date. Throws what `migrate` and `guardRows` throw. */
export async function prepareDatabase(
  url: string,
  logger: Logger,
  schema: ServerSchema = ourSchema,
): Promise<Prepared> {
  const owner = openOwner(url, logger);
  try {
    await migrate(owner, schema);
    return { role: await guardRows(owner, logger), signingKey: await signingKey(owner) };
  } finally {
    await owner.destroy();
  }
}

/** In the database, so that several servers on it accept each other's tokens. Made by whoever comes first. */
async function signingKey(owner: OwnerDatabase): Promise<Uint8Array> {
  const name = 'access-token';
  const fresh = randomBytes(32).toString('base64');
  await owner
    .insertInto('secret')
    .values({ name, value: fresh })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await owner.selectFrom('secret').select('value').where('name', '=', name).executeTakeFirstOrThrow();
  return Buffer.from(row.value, 'base64');
}
