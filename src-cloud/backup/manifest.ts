import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** As `CREATE TABLE` of our migrations names things: safe in a path and between quotes. */
const identifier = z.string().regex(/^[a-z][a-z0-9_]*$/);

const tableFile = z.object({
  table: identifier,
  columns: z.array(identifier).min(1),
  rows: z.number().int().nonnegative(),
  /** Of the file as it lies there, compressed. */
  bytes: z.number().int().nonnegative(),
  sha256,
});
export type TableFile = z.output<typeof tableFile>;

/**
 * What a backup holds. Written last: a folder without it is no backup. Rows lie in `rows/<table>.copy.gz` (COPY, text
 * format), recordings beside all backups in `../recordings/<first two digits>/<sha256>`, each content once.
 */
export const manifestSchema = z.object({
  format: z.literal(1),
  /** Of the snapshot: everything committed before it is in, nothing after it. */
  takenAt: z.iso.datetime(),
  /** Of the schema that the rows have, in order. */
  migrations: z.array(z.string()).min(1),
  postgres: z.string(),
  tables: z.array(tableFile),
  recordings: z.object({
    count: z.number().int().nonnegative(),
    bytes: z.number().int().nonnegative(),
    /** Rows whose file was not there, or was not what its row says. */
    missing: z.number().int().nonnegative(),
  }),
});
export type Manifest = z.output<typeof manifestSchema>;

export const manifestName = 'manifest.json';
export const rowsFolder = 'rows';
export const recordingsFolder = 'recordings';

/** Throws an Error for the person at the terminal. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, manifestName), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${folder} holds no backup: ${manifestName} is not there (${error.code ?? 'unreadable'})`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = null; // refused below, with the rest that is no manifest
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw new Error(`${join(folder, manifestName)} is damaged, or of a newer version`);
  return parsed.data;
}

export const rowsFile = (folder: string, table: string): string => join(folder, rowsFolder, `${table}.copy.gz`);
