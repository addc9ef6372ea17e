import BetterSqlite from 'better-sqlite3';
import { createWritable } from '../../database/connection.ts';
import type { Database } from '../../database/open-database.ts';
import { WriteTurn } from '../../database/write-turn.ts';
import type { GenerationReader, Generations } from '../generation.ts';
import { isUnclean } from '../generation-thread.ts';
import { GenerationBuilder, type GenerationRows } from '../generation-writer.ts';

/** The product's reading of a generation, on the test's own thread: the same code, over a connection of its own. */
export function inlineGenerations(database: Pick<Database, 'write' | 'share'>, rows: GenerationRows): Generations {
  return {
    open: () => openReader(database, rows),
    isUnclean: () => isUnclean(database.write),
    ended: () => Promise.resolve(),
  };
}

function openReader(database: Pick<Database, 'share'>, rows: GenerationRows): GenerationReader {
  const shared = database.share();
  const connection = new BetterSqlite(shared.path);
  connection.pragma('synchronous = OFF');
  const db = createWritable(connection);
  const turn = new WriteTurn(shared.turn);
  const builder = new GenerationBuilder({ db, turn, rows, now: () => performance.now() });
  return readerOf(builder, () => {
    connection.close();
    shared.dispose();
  });
}

/** @param dispose of what the builder stands on */
export function readerOf(builder: GenerationBuilder, dispose: () => void): GenerationReader {
  // In the order of the asking, as a thread does it.
  const later = <T>(work: () => T): Promise<T> => Promise.resolve().then(work);
  return {
    begin: () => later(() => builder.begin()),
    restart: () => later(() => builder.restart()),
    look: (page, after) => later(() => builder.look(page, after)),
    take: () => later(() => builder.take()),
    swap: () => later(() => builder.swap()),
    clean: () => later(() => builder.clean()),
    dispose,
  };
}
