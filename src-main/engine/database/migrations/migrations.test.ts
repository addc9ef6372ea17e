import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { openDatabase, type Database } from '../open-database.ts';
import { migrations } from './index.ts';

/** A file whose schema is the one of that time. */
function openAt(path: string, id: number): Database {
  const steps = migrations.filter((migration) => migration.id <= id);
  const database = openDatabase(path, { migrations: steps, logger: silentLogger });
  onTestFinished(() => database.close());
  return database;
}

describe('0001 meta', () => {
  it('holds one value per key', () => {
    const { write } = openAt(join(tempFolder(), 'desk.db'), 1);
    write.run(`INSERT INTO meta (key, value) VALUES ('a', '1')`);
    expect(() => write.run(`INSERT INTO meta (key, value) VALUES ('a', '2')`)).toThrow('internal');
    expect(() => write.run(`INSERT INTO meta (key, value) VALUES ('b', NULL)`)).toThrow('internal');
  });
});

describe('0002 leads', () => {
  it('adds leads whose bigrams are found and forgotten by row number', () => {
    const path = join(tempFolder(), 'desk.db');
    const before = openAt(path, 1);
    before.write.run(`INSERT INTO meta (key, value) VALUES ('kept', 'yes')`);
    before.close();
    const { write } = openAt(path, 2);
    expect(write.get('SELECT value FROM meta')).toEqual({ value: 'yes' });
    write.run(`INSERT INTO lead (rowid, id, company_name, search_text, number_check, sample, created_at)
      VALUES (7, 'a', '甲乙', '甲乙', 'valid', 0, 0)`);
    write.run(`INSERT INTO lead_search (rowid, bigrams) VALUES (7, '7532z4e59')`);
    const hits = (): unknown[] => write.all(`SELECT rowid FROM lead_search WHERE lead_search MATCH '7532z4e59'`);
    expect(hits()).toEqual([{ rowid: 7 }]);
    write.run('DELETE FROM lead_search WHERE rowid = 7');
    expect(hits()).toEqual([]);
    expect(() => write.run(`UPDATE lead SET id = NULL`)).toThrow('internal');
  });
});

describe('0006 outbox', () => {
  it('never gives a position twice and knows three states only', () => {
    const { write } = openAt(join(tempFolder(), 'desk.db'), 6);
    const add = (op: string, state: string): number | undefined =>
      write.get<{ position: number }>(
        `INSERT INTO outbox (op_id, type, entity_id, state, created_at) VALUES (?, 'call.put', 'a', ?, 0) RETURNING position`,
        [op, state],
      )?.position;
    expect(add('one', 'pending')).toBe(1);
    write.run('DELETE FROM outbox');
    expect(add('two', 'sent')).toBe(2);
    expect(() => add('two', 'pending')).toThrow('internal');
    expect(() => add('three', 'lost')).toThrow('internal');
  });
});

describe('0012 caller id', () => {
  it('knows of calls before what their journal says; a number that was hidden was shown to nobody', () => {
    const path = join(tempFolder(), 'desk.db');
    const before = openAt(path, 11);
    const placed = (id: string, details: object): void => {
      before.write.run(
        `INSERT INTO call (id, rev, made_here, employee_id, direction, channel, state, number, number_reversed,
           number_typed, dial_string, started_at)
         VALUES (?, 1, 1, 'e', 'outbound', 'sip', 'ended', '', '', '', '', 0)`,
        [id],
      );
      before.write.run(
        `INSERT INTO call_event (call_id, run_id, event, state, wall, mono, source, precision_ms, details)
         VALUES (?, 'r', 'placed', 'placing', 0, 0, 'device', 0, ?)`,
        [id, JSON.stringify(details)],
      );
    };
    placed('shown', { callerId: '15400000002' });
    placed('hidden', { callerId: '15400000002', numberHidden: true });
    placed('none', {});
    before.close();
    const { write } = openAt(path, 12);
    expect(write.all('SELECT id, caller_id FROM call ORDER BY id')).toEqual([
      { id: 'hidden', caller_id: null },
      { id: 'none', caller_id: null },
      { id: 'shown', caller_id: '15400000002' },
    ]);
  });
});

describe('0024 short indexes', () => {
  it('finds them under the name of their generation, and where an old one still has it', () => {
    const path = join(tempFolder(), 'desk.db');
    const before = openAt(path, 23);
    // As behind a swap whose cleaning was cut: the table in use has the new names, the old one those of before.
    before.write.run('ALTER TABLE lead RENAME TO old_lead');
    before.write.run('CREATE TABLE lead (id TEXT, company_name TEXT, created_at INTEGER, registered_capital INTEGER)');
    before.write.run('CREATE INDEX lead_by_name_g12 ON lead (company_name, id)');
    before.close();
    const { write } = openAt(path, 24);
    expect(
      write.all(
        `SELECT name, tbl_name AS "on", sql FROM sqlite_schema WHERE type = 'index' AND name GLOB 'lead_by_name*'`,
      ),
    ).toEqual([{ name: 'lead_by_name', on: 'lead', sql: 'CREATE INDEX lead_by_name ON lead (company_name)' }]);
  });
});

describe('0025 lists in memory', () => {
  it('keeps every lead, and nothing of the text index, of those of a reading and of an old generation either', () => {
    const path = join(tempFolder(), 'desk.db');
    const before = openAt(path, 24);
    before.write
      .run(`INSERT INTO lead (id, company_name, phone, phone_reversed, search_text, number_check, sample, created_at)
      VALUES ('a', '深圳锦程', '+8615400000137', '7310000045168', '深圳锦程', 'unchecked', 1, 5)`);
    for (const part of ['next', 'old'])
      before.write.run(
        `CREATE VIRTUAL TABLE ${part}_lead_search USING fts5(bigrams, content='', contentless_delete=1)`,
      );
    before.write.run('CREATE INDEX lead_by_name_g3 ON lead (company_name)');
    before.close();
    const { write } = openAt(path, 25);
    expect(write.all('SELECT id, company_name AS name, phone FROM lead')).toEqual([{ id: 'a', name: '深圳锦程', phone: '+8615400000137' }]); // prettier-ignore
    expect(write.all(`SELECT name FROM sqlite_schema WHERE name GLOB '*lead_search*' OR name GLOB 'lead_by_*'`)).toEqual([{ name: 'lead_by_phone' }]); // prettier-ignore
  });
});

describe('0037 departments', () => {
  it('keeps colleagues, of whom it does not know where they work, and takes the index of names away whatever its generation', () => {
    const path = join(tempFolder(), 'desk.db');
    const before = openAt(path, 36);
    before.write.run(`INSERT INTO call_employee (id, name) VALUES ('a', '赵同事')`);
    before.write.run('DROP INDEX call_by_customer');
    before.write.run('CREATE INDEX call_by_customer_g4 ON call (customer_name, contact_name)');
    before.close();
    const { write } = openAt(path, 37);
    expect(write.all('SELECT * FROM call_employee')).toEqual([{ id: 'a', name: '赵同事', department: null }]);
    expect(write.all(`SELECT name FROM sqlite_schema WHERE name GLOB 'call_by_customer*'`)).toEqual([]);
  });
});

describe('0042 contact phones', () => {
  it('has those of the leads that are there', () => {
    const path = join(tempFolder(), 'desk.db');
    const before = openAt(path, 41);
    const contacts = [
      { phone: '+8615400000201' },
      { phone: '' },
      { phone: '+8615400000201' },
      { phone: '+8615400000202' },
    ];
    before.write.run(
      `INSERT INTO lead (id, company_name, contacts, number_check, sample, created_at) VALUES ('a', '深圳锦程', ?, 'unchecked', 0, 5)`,
      [JSON.stringify(contacts)],
    );
    before.close();
    const { write } = openAt(path, 42);
    expect(write.all('SELECT * FROM lead_contact ORDER BY phone')).toEqual([
      { lead_id: 'a', phone: '+8615400000201' },
      { lead_id: 'a', phone: '+8615400000202' },
    ]);
  });
});
