import { describe, expect, it } from 'vitest';
import { cardMigrations } from '../../database/migrations/index.ts';
import type { Database } from '../../database/open-database.ts';
import { testContext } from '../../testing/test-context.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { CardDials } from '../sims/card-dials.ts';
import { CallsDesk, settle } from './testing/calls-desk.ts';

const durationMs = 8000;

/** The database's disk is full for every new row of these tables from now on, as SQLite tells it, until `free` is called. */
function fillDisk({ write }: Database, tables = ['call', 'call_event']): { free(): void } {
  const pages = write.get<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 1;
  // All that is free is used up, then the file may not grow any more: what follows is SQLITE_FULL.
  write.run('CREATE TABLE ballast (bytes BLOB)');
  write.get(`PRAGMA max_page_count = ${pages + 8}`);
  for (let bytes = 16_384; bytes >= 16;)
    try {
      write.run('INSERT INTO ballast (bytes) VALUES (zeroblob(?))', [bytes]);
    } catch {
      bytes = Math.floor(bytes / 2);
    }
  for (const table of tables)
    write.run(`CREATE TEMP TRIGGER grow_${table} BEFORE INSERT ON ${table}
      BEGIN INSERT INTO ballast (bytes) VALUES (zeroblob(65536)); END`);
  return {
    free() {
      write.get('PRAGMA max_page_count = 1000000');
    },
  };
}

describe('when the disk of the database is full', () => {
  it('refuses to dial in words, and nothing is dialled', async () => {
    const desk = new CallsDesk();
    fillDisk(desk.database);
    await expect(desk.dial()).rejects.toMatchObject({ code: 'disk.full' });
    expect(desk.phone.dialled).toEqual([]);
    expect(desk.calls.inCall()).toBe(false);
  });

  it('refuses to dial where the disk of the counts is full, and the call has no row', async () => {
    const counts = testDatabase(cardMigrations);
    const context = testContext();
    const desk = new CallsDesk(testDatabase(), context, new CardDials(counts, context));
    const disk = fillDisk(counts, ['card_dial']);
    await expect(desk.dial()).rejects.toMatchObject({ code: 'disk.full' });
    expect(desk.phone.dialled).toEqual([]);
    expect(desk.calls.inCall()).toBe(false);
    expect(desk.database.read.all('SELECT id FROM call')).toEqual([]);
    // An emergency call is charged to no card.
    await desk.dial('120');
    desk.phone.happen({ type: 'ended', cause: 'busy' });
    disk.free();
    await desk.dial();
    expect(desk.phone.dialled).toHaveLength(2);
  });

  it('lets a call go on, play, be cut into and end; its record is whole as soon as there is room', async () => {
    const desk = new CallsDesk();
    desk.opener = {
      id: desk.context.newId(),
      name: '开场白一',
      text: '',
      durationMs,
      clip: () => new Int16Array(64_000),
    };
    const callId = await desk.dial();
    const disk = fillDisk(desk.database);
    desk.context.clock.advance(3000);
    desk.phone.happen({ type: 'answered' });
    await settle();
    desk.context.clock.advance(2000);
    desk.phone.soundOf().playback.heardMs = 2000;
    await desk.ask('calls.cutIn', { callId });
    desk.context.clock.advance(5000);
    await desk.ask('calls.hangUp', { callId });
    desk.phone.happen({ type: 'ended', cause: 'local-hang-up' });
    expect(desk.calls.inCall()).toBe(false);
    expect(desk.recording.told).toEqual(['start 0', 'opener-start 0', 'cut-in 2000', 'finish 7000']);
    await expect(desk.dial('15400000138')).rejects.toMatchObject({ code: 'disk.full' });
    // What the disk does not know yet is shown all the same.
    const shown = {
      state: 'ended',
      endCause: 'local-hang-up',
      talkMs: 7000,
      opener: { state: 'cut-in', heardMs: 2000 },
    };
    expect(await desk.get(callId)).toMatchObject(shown);
    expect(desk.database.read.get('SELECT state FROM call WHERE id = ?', [callId])).toEqual({ state: 'placing' });

    const { items } = desk.listen('calls.changed');
    disk.free();
    desk.context.clock.advance(1000);
    expect(await desk.get(callId)).toMatchObject({
      state: 'ended',
      endCause: 'local-hang-up',
      waitMs: 3000,
      talkMs: 7000,
      cutInMs: 2000,
      opener: { state: 'cut-in', heardMs: 2000 },
    });
    expect(items.length).toBeGreaterThan(1);
    expect(desk.enqueued.filter((id) => id === callId)).toHaveLength(2);
    expect(desk.context.logLines.filter((line) => line.includes('database.write-waits')).length).toBeLessThan(10);
  });

  it('writes the end with the last strength of the program', async () => {
    const desk = new CallsDesk();
    const callId = await desk.talk();
    const disk = fillDisk(desk.database);
    desk.phone.happen({ type: 'ended', cause: 'remote-hang-up' });
    disk.free();
    desk.calls.dispose();
    const row = desk.database.read.get('SELECT state, end_cause FROM call WHERE id = ?', [callId]);
    expect(row).toEqual({ state: 'ended', end_cause: 'remote-hang-up' });
  });
});
