import { silentLogger } from '#shared/base/logger.ts';
import { openDatabase } from '../open-database.ts';

/** A process that writes numbers into a database and says which are committed, until it is killed (open-database.test.ts). */
const path = process.argv[2];
if (!path) throw new Error('usage: hold-database.ts PATH');
const { write } = openDatabase(path, {
  migrations: [
    { id: 1, name: 'numbers', up: (db) => db.run('CREATE TABLE number (value INTEGER PRIMARY KEY) STRICT') },
  ],
  logger: silentLogger,
});

let value = 0;
function writeOn(): void {
  value += 1;
  write.run('INSERT INTO number (value) VALUES (?)', [value]);
  process.stdout.write(`${value}\n`);
  setImmediate(writeOn);
}
writeOn();
