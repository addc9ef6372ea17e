import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { openDatabase } from '../../database/open-database.ts';
import { migrations } from '../../database/migrations/index.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { workerFile } from '../../worker-file.ts';
import { exportByThread } from './export-thread.ts';
import { ask, calls, exportDesk, leads, untilOver } from './testing/export-desk.ts';
import { addCall, addLead } from './testing/export-rows.ts';

const file = workerFile(new URL('../../workspace.ts', import.meta.url).href, 'export-worker');

function rig(rows: number) {
  const folder = tempFolder();
  const database = openDatabase(join(folder, 'desk.db'), { migrations, logger: silentLogger });
  const { write: db, path } = database;
  db.transaction(() => {
    for (let n = 1; n <= rows; n += 1) addLead(db, n);
    for (let n = 1; n <= rows; n += 1) addCall(db, n, { startedAt: n });
  });
  const desk = exportDesk(database, folder, { write: exportByThread({ path, file, logger: silentLogger }) });
  return { ...desk, database, left: () => readdirSync(join(folder, 'exports')) };
}

it('writes what the list has, tells how far it is, and lets go of the database', async () => {
  const desk = rig(1200);
  const told: number[] = [];
  desk.exports.onChange(() => told.push(desk.exports.state.progress?.done ?? -1));
  expect(await desk.exports.run(ask(leads('followed'), 'xlsx'), untilOver)).toMatchObject({ rows: 1200, listed: 0 });
  expect(await desk.exports.run(ask(calls(), 'csv'), untilOver)).toMatchObject({ rows: 1200 });
  expect(desk.file().toString('utf8').split('\r\n')).toHaveLength(1202);
  expect(told.at(-1)).toBe(-1);
  expect(Math.max(...told)).toBe(1200);
  desk.database.close();
}, 60_000);

it('that is given up while it writes leaves no half file and no entry, and the next one runs', async () => {
  const desk = rig(4000);
  const giveUp = new AbortController();
  desk.exports.onChange(() => {
    if (desk.exports.state.progress?.rows) giveUp.abort();
  });
  await expect(desk.exports.run(ask(leads('followed'), 'csv'), giveUp.signal)).rejects.toMatchObject({ code: 'cancelled' }); // prettier-ignore
  expect([desk.left(), desk.outbox.take(), desk.handedOut]).toEqual([[], [], []]);
  await desk.exports.run(ask(calls(), 'xlsx'), untilOver);
  expect(desk.left()).toHaveLength(1);
  desk.database.close();
}, 60_000);

it('that the end of the session cuts off leaves nothing either', async () => {
  const desk = rig(4000);
  const halfWritten = new Promise<void>((resolve) => {
    desk.exports.onChange(() => desk.exports.state.progress?.rows && resolve());
  });
  const work = desk.exports.run(ask(leads('followed'), 'xlsx'), untilOver);
  const outcome = expect(work).rejects.toMatchObject({ code: 'cancelled' });
  await halfWritten;
  expect(desk.left()).toHaveLength(1);
  desk.exports.dispose();
  await desk.exports.ended();
  await outcome;
  expect(() => desk.left()).toThrow(/ENOENT/);
  desk.database.close();
}, 60_000);
