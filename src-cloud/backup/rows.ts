import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { contentOf } from '../app/files.ts';
import { writeDurably } from './files.ts';
import { rowsFile, type TableFile } from './manifest.ts';

const quoted = (names: readonly string[]): string => names.map((name) => pg.escapeIdentifier(name)).join(', ');

/** Of the Migrator: whoever holds it holds it now. */
const leftOut = new Set(['kysely_migration_lock']);

/** Every table of the schema and its columns, those that others refer to first. */
export async function tablesOf(client: pg.Client): Promise<{ table: string; columns: string[] }[]> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `SELECT t.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attgenerated = ''
     WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relispartition
     GROUP BY t.relname ORDER BY t.relname`,
  );
  const references = await client.query<{ table: string; needs: string }>(
    `SELECT t.relname AS table, r.relname AS needs FROM pg_constraint c
     JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid
     WHERE c.contype = 'f' AND t.relnamespace = current_schema()::regnamespace AND t.oid <> r.oid`,
  );
  return inOrder(
    rows.filter(({ table }) => !leftOut.has(table)),
    references.rows,
  );
}

function inOrder<T extends { table: string }>(
  tables: readonly T[],
  references: readonly { table: string; needs: string }[],
): T[] {
  const done: T[] = [];
  for (let left = [...tables]; left.length > 0;) {
    const waiting = new Set(left.map(({ table }) => table));
    const needs = (table: string): boolean => references.some((one) => one.table === table && waiting.has(one.needs));
    const free = left.filter(({ table }) => !needs(table));
    if (free.length === 0) throw new Error(`tables refer to each other in a circle: ${[...waiting].join(', ')}`);
    done.push(...free);
    left = left.filter((one) => !free.includes(one));
  }
  return done;
}

/** Of the text format of COPY each line is a row: line ends in values are escaped. */
function counting(): { readonly pass: Transform; rows(): number } {
  let rows = 0;
  const pass = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) rows += 1;
      done(null, chunk);
    },
  });
  return { pass, rows: () => rows };
}

/** Writes one table as the client's transaction sees it. */
export async function dumpTable(
  client: pg.Client,
  folder: string,
  table: string,
  columns: string[],
): Promise<TableFile> {
  const path = rowsFile(folder, table);
  const { pass, rows } = counting();
  const source = client.query(copyTo(`COPY (SELECT ${quoted(columns)} FROM ${pg.escapeIdentifier(table)}) TO STDOUT`));
  const content = await writeDurably(path, source, pass, createGzip());
  return { table, columns, rows: rows(), ...content };
}

/** Throws an Error when the file is not what the manifest says. */
export async function checkTable(folder: string, file: TableFile): Promise<void> {
  const path = rowsFile(folder, file.table);
  const { bytes, sha256 } = await contentOf(createReadStream(path));
  if (bytes !== file.bytes || sha256 !== file.sha256) throw new Error(`${path} is damaged: its hash is another`);
  const { pass, rows } = counting();
  pass.resume();
  await pipeline(createReadStream(path), createGunzip(), pass);
  if (rows() !== file.rows) throw new Error(`${path} is damaged: ${rows()} rows instead of ${file.rows}`);
}

/** Joins the client's transaction. Throws an Error when other rows than the manifest's are there in the end. */
export async function loadTable(client: pg.Client, folder: string, file: TableFile): Promise<void> {
  const { table, columns } = file;
  const name = pg.escapeIdentifier(table);
  const sink = client.query(copyFrom(`COPY ${name} (${quoted(columns)}) FROM STDIN`));
  await pipeline(createReadStream(rowsFile(folder, table)), createGunzip(), sink);
  const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${name}`);
  if (Number(rows[0]?.n) !== file.rows) throw new Error(`${table}: ${rows[0]?.n} rows instead of ${file.rows}`);
}

/** Rows of a dumped table, one at a time. For columns that hold no tab, backslash or line end, as ids and hashes. */
export async function* readRows(folder: string, { table, columns }: TableFile): AsyncIterable<Map<string, string>> {
  const input = createReadStream(rowsFile(folder, table)).pipe(createGunzip());
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    const values = line.split('\t');
    yield new Map(columns.map((column, at) => [column, values[at] ?? '']));
  }
}
