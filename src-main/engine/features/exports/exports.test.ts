import { existsSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { parseCsv } from '#shared/base/csv.ts';
import type { ExportAsk } from '#shared/desk-contract/areas/exports.ts';
import { defaultExportRules, exportLevels, type ExportRules } from '#shared/domain/exports.ts';
import { roles, type Role } from '#shared/domain/vocabulary.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { writeExport } from './index.ts';
import { addCall, addLead, addListing } from './testing/export-rows.ts';
import { ask, calls, company, exportDesk, leads, me, untilOver } from './testing/export-desk.ts';

type Options = Parameters<typeof exportDesk>[2];
function rig(options: Options = {}) {
  const [database, folder] = [testDatabase(), tempFolder()];
  return { ...exportDesk(database, folder, options), db: database.write, database, folder };
}
type Rig = ReturnType<typeof rig>;

async function csv(desk: Rig, what = leads('followed'), columns?: ExportAsk['columns']): Promise<string[][]> {
  await desk.exports.run(ask(what, 'csv', columns), untilOver);
  return parseCsv(desk.file().toString('utf8').slice(1));
}
const lines = (desk: Rig): string[] => readdirSync(desk.folder).flatMap((name) => (name === 'exports' ? readdirSync(`${desk.folder}/exports`) : [])); // prettier-ignore
const waiting = (desk: Rig) => desk.outbox.take().filter(({ type }) => type === 'export.add');

const phone = '+8615400000001';

describe('who exports what', () => {
  const levels = exportLevels.flatMap((level) => roles.map((role) => ({ level, role })));
  it.each(levels)('$role with $level: numbers stand in the file as the rule says', async ({ level, role }) => {
    const rules: ExportRules = { ...defaultExportRules, [role]: level };
    const desk = rig({ role, rules });
    addLead(desk.db, 1, { phone });
    addCall(desk.db, 1, { note: '另打 154 0000 0002' });
    if (level === 'none') {
      await expect(csv(desk)).rejects.toMatchObject({ code: 'access.denied' });
      await expect(csv(desk, calls())).rejects.toMatchObject({ code: 'access.denied' });
      expect(lines(desk)).toEqual([]);
      return;
    }
    const shown = level === 'full' ? '15400000001' : '154 **** 0001';
    expect((await csv(desk, leads('followed'), ['phone']))[1]?.[0]?.trim()).toBe(shown);
    const [, call] = await csv(desk, calls(), ['number', 'note']);
    expect(call?.map((cell) => cell.trim())).toEqual([shown, level === 'full' ? '另打 154 0000 0002' : '另打 154 **** 0002']); // prettier-ignore
  });

  it('a cloud that says nothing means masked numbers for agents; what it says that we do not know means nothing', async () => {
    const old = rig({ role: 'agent' });
    expect(await old.exports.lookAt(leads('followed'))).toEqual({ rows: 0, masked: 'role' });
    const strange = { agent: 'with-approval', manager: 'full', admin: 'full' } as unknown as ExportRules;
    await expect(rig({ role: 'agent', rules: strange }).exports.lookAt(leads('followed'))).rejects.toMatchObject({ code: 'access.denied' }); // prettier-ignore
  });

  it('agents export whom they follow and their own calls alone, whatever the window asks for', async () => {
    const desk = rig({ role: 'agent' });
    addLead(desk.db, 1, { companyName: '我的' });
    addLead(desk.db, 2, { companyName: '别人的', ownerId: company.id });
    addLead(desk.db, 3, { companyName: '公司的', ownerId: null });
    addCall(desk.db, 1);
    addCall(desk.db, 2, { employeeId: company.id });
    for (const place of ['all', 'library', 'public', 'team'] as const)
      await expect(csv(desk, leads(place))).rejects.toMatchObject({ code: 'access.denied' });
    expect((await csv(desk, leads('followed'), ['companyName'])).slice(1)).toEqual([['我的']]);
    expect(await csv(desk, calls())).toHaveLength(2);
    desk.desk.role = 'manager';
    expect((await csv(desk, leads('library'), ['companyName'])).slice(1)).toEqual([['公司的']]);
    expect(await csv(desk, calls())).toHaveLength(3);
  });

  it('a rule that comes by the change feed holds at once, through a restart and offline', async () => {
    const desk = rig({ role: 'agent', rules: { agent: 'full', manager: 'full', admin: 'full' } });
    expect(desk.exports.state).toMatchObject({ level: 'full', ownOnly: true });
    desk.exports.take({ ...company, exportRules: { agent: 'none', manager: 'masked', admin: 'full' } });
    // An older server beside it does not say: that is no word.
    desk.exports.take(company);
    expect(desk.exports.state.level).toBe('none');
    expect(exportDesk(desk.database, desk.folder, { role: 'manager' }).exports.state.level).toBe('masked');
  });

  it('a rule that comes while the file is written keeps it back', async () => {
    const desk = rig({
      role: 'admin',
      write(job, moved) {
        desk.exports.take({ ...company, exportRules: { agent: 'none', manager: 'none', admin: 'masked' } });
        return Promise.resolve(writeExport(desk.db, job, moved));
      },
    });
    addLead(desk.db, 1, { phone });
    await expect(csv(desk)).rejects.toMatchObject({ code: 'access.denied' });
    expect([lines(desk), waiting(desk)]).toEqual([[], []]);
  });
});

describe('numbers', () => {
  it('are masked by the setting of the desk, whatever the role', async () => {
    const desk = rig({ role: 'admin', deskMasks: true });
    addLead(desk.db, 1, {
      phone,
      contacts: [{ id: company.id, name: '王', title: '', phone: '+8615400000009', note: '' }],
    });
    expect(await desk.exports.lookAt(leads('all'))).toEqual({ rows: 1, masked: 'desk' });
    expect((await csv(desk, leads('all'), ['phone', 'contacts']))[1]).toEqual(['154 **** 0001', '王 154 **** 0009']);
  });

  it.each([['admin'], ['manager']] as const)(
    'on the blacklist are masked for %s too, in words and among contacts as well, and how many rows is told',
    async (role: Role) => {
      const desk = rig({ role });
      addListing(desk.db, phone);
      addListing(desk.db, '+8615400000002', { state: 'requested' });
      addListing(desk.db, '+8615400000003', { expiresAt: 1 });
      addListing(desk.db, '+8615400000004', { list: 'invalid' });
      const contacts = [{ id: company.id, name: '李', title: '经理', phone, note: '' }];
      addLead(desk.db, 1, { phone });
      addLead(desk.db, 2, { phone: '+8615400000002', contacts });
      addLead(desk.db, 3, { phone: '+8615400000003', nextFollowUpNote: '改打 154-0000-0001，别打 154-0000-0003' });
      addLead(desk.db, 4, { phone: '+8615400000004' });
      const columns: ExportAsk['columns'] = ['phone', 'contacts', 'nextFollowUpNote'];
      const by = { sort: 'newest', descending: false } as const;
      const { listed } = await desk.exports.run(ask(leads('followed', by), 'csv', columns), untilOver);
      const rows = parseCsv(desk.file().toString('utf8')).slice(1).map((row) => row.map((cell) => cell.trim())); // prettier-ignore
      expect(listed).toBe(3);
      expect(rows).toEqual([
        ['154 **** 0001', '', ''],
        ['15400000002', '李 经理 154 **** 0001', ''],
        ['15400000003', '', '改打 154 **** 0001，别打 154-0000-0003'],
        ['15400000004', '', ''],
      ]);
      addCall(desk.db, 1, { number: phone, note: '15400000002' });
      expect((await csv(desk, calls(), ['number', 'note']))[1]?.map((cell) => cell.trim())).toEqual(['154 **** 0001', '15400000002']); // prettier-ignore
    },
  );

  it('are never in the name of the file, nor what was searched for in the log', async () => {
    const desk = rig();
    addLead(desk.db, 1, { phone });
    const what = leads('followed', { search: '15400000001', filters: { stages: ['new'], tags: [] } });
    const { fileName } = await desk.exports.run(ask(what, 'xlsx'), untilOver);
    expect(fileName).toMatch(/^我跟进的客户-\d{8}-\d{4}\.xlsx$/);
    const [op] = waiting(desk);
    expect(op?.row).toMatchObject({ rows: 1, filters: ['search', 'stages'] });
    expect(JSON.stringify(op)).not.toContain('15400000001');
  });
});

describe('the rows of a file', () => {
  it('are those of the list, in its order; of ticked ones those that are in it', async () => {
    const desk = rig();
    const made = [1, 2, 3].map((n) => addLead(desk.db, n, { companyName: `示例${n}`, createdAt: n }));
    const other = addLead(desk.db, 4, { ownerId: null });
    const names = async (what: ExportAsk['what']) => (await csv(desk, what, ['companyName'])).slice(1).flat();
    expect(await names(leads('followed', { sort: 'newest', descending: true }))).toEqual(['示例3', '示例2', '示例1']);
    expect(await names(leads('followed', { search: '示例2' }))).toEqual(['示例2']);
    const ids = [made[0]?.id ?? '', made[2]?.id ?? '', other.id];
    expect(await names(leads('followed', {}, ids))).toEqual(['示例3', '示例1']);
  });
});

describe('the entry of the log', () => {
  it('is in the queue before the file is handed out, together with the desk’s own record', async () => {
    const desk = rig();
    addLead(desk.db, 1);
    await csv(desk);
    // Counted at the moment at which the window was given its address.
    expect(desk.handedOut).toEqual([{ untold: 1, waiting: 1 }]);
    const [op, ...more] = waiting(desk);
    expect(more).toEqual([]);
    expect(op?.row).toMatchObject({ list: 'leads', place: 'followed', rows: 1, format: 'csv', numbers: 'full', filters: [] }); // prettier-ignore
    desk.outbox.settle([{ opId: op?.opId ?? '', status: 'applied' }]);
    expect(desk.db.all('SELECT id FROM export_untold')).toEqual([]);
  });

  it('that cannot be written means that there is no file', async () => {
    const desk = rig();
    addLead(desk.db, 1);
    desk.db.run('DROP TABLE export_untold');
    await expect(csv(desk)).rejects.toThrow();
    expect([lines(desk), desk.path(), waiting(desk)]).toEqual([[], '', []]);
  });

  it('is no problem that a person can give up where the cloud is too old: it is told again with the next start', async () => {
    const desk = rig();
    addLead(desk.db, 1);
    await csv(desk);
    const [first] = waiting(desk);
    desk.outbox.settle([{ opId: first?.opId ?? '', status: 'rejected', code: 'input.invalid' }]);
    expect([desk.outbox.refused(), desk.outbox.waiting()]).toEqual([0, 0]);
    const next = exportDesk(desk.database, desk.folder);
    next.exports.start();
    next.exports.start();
    const [again, ...more] = next.outbox.take();
    expect(more).toEqual([]);
    expect(again?.row).toEqual(first?.row);
    expect(again?.opId).not.toBe(first?.opId);
  });
});

describe('a file that is given up', () => {
  it('leaves nothing, and nothing in the log', async () => {
    const giveUp = new AbortController();
    const desk = rig({
      write(job, moved) {
        const stop = (): never => {
          throw new AppError('cancelled');
        };
        return Promise.resolve().then(() =>
          writeExport(desk.db, job, (progress) => {
            moved(progress);
            if (progress.done > 0) stop();
          }),
        );
      },
    });
    for (let n = 1; n <= 501; n += 1) addLead(desk.db, n);
    await expect(desk.exports.run(ask(leads('followed'), 'xlsx'), giveUp.signal)).rejects.toMatchObject({ code: 'cancelled' }); // prettier-ignore
    expect([lines(desk), waiting(desk), desk.exports.state.progress]).toEqual([[], [], null]);
  });

  it('goes with the session, and a half one with the next start', async () => {
    const desk = rig();
    addLead(desk.db, 1, { ownerId: me.id });
    await csv(desk);
    expect(lines(desk)).toEqual([basename(desk.path())]);
    exportDesk(desk.database, desk.folder);
    expect(existsSync(desk.path())).toBe(false);
  });

  it('is the only one: a second waits for nobody', async () => {
    const { promise, resolve } = Promise.withResolvers<{ rows: number; listed: number }>();
    const desk = rig({ write: () => promise });
    const first = desk.exports.run(ask(calls(), 'csv'), untilOver);
    await expect(desk.exports.run(ask(calls(), 'csv'), untilOver)).rejects.toMatchObject({ code: 'export.running' });
    resolve({ rows: 0, listed: 0 });
    await expect(first).rejects.toThrow();
  });
});
