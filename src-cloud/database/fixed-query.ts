import { Kysely, type Compilable, type CompiledQuery, type QueryResult } from 'kysely';
import { plugins, type Reader } from './database.ts';
import type { Tables } from './schema.ts';
import { builderDialect, prepareAlways } from './sessions.ts';

/** Of the values of a query, where they will stand. */
class Place {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Builds queries and never asks one. */
const builder = new Kysely<Tables>({ dialect: builderDialect, plugins: [...plugins] });

/**
 * A query whose text is the same whatever its values are, built once: building takes longer than sending, for those that every
 * request asks. For these alone; whatever is asked now and then is better read where it is used.
 * @param build is given places instead of values, and can neither look at one nor put one into a list
 * @returns asks it with values
 */
export function fixedQuery<Values extends object, Row>(
  build: (db: Kysely<Tables>, at: Values) => Compilable<Row>,
): (reader: Reader, values: Values) => Promise<QueryResult<Row>> {
  let query: CompiledQuery<Row> | undefined;
  return (reader, values) => {
    query ??= kept(build(builder, places<Values>()).compile());
    const parameters = query.parameters.map((one) => (one instanceof Place ? values[one.name as keyof Values] : one));
    return reader.getExecutor().executeQuery<Row>({ ...query, parameters });
  };
}

function kept<Row>(query: CompiledQuery<Row>): CompiledQuery<Row> {
  prepareAlways(query.sql);
  return query;
}

const places = <Values extends object>(): Values =>
  new Proxy({}, { get: (_, name) => new Place(String(name)) }) as Values;
