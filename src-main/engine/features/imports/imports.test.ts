import { describe, expect, it } from 'vitest';
import type { ImportedElsewhere, PushOpRow } from '#shared/cloud-contract/contract.ts';
import type { ImportView } from '#shared/desk-contract/areas/imports.ts';
import { leadQuery } from '#shared/desk-contract/areas/leads.ts';
import type { CloudOp } from '../../sync/index.ts';
import { sampleLead } from '../../testing/sample-leads.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { readSheetFile } from './sheet/read-sheet.ts';
import { importDesk, type ImportDesk } from './testing/import-desk.ts';

type Part = PushOpRow<'lead.import'>;
const csv = (...lines: string[]): Buffer => Buffer.from(['企业名称,联系电话,备注', ...lines].join('\n'));
const phone = (n: number): string => String(15400000000 + n);
const many = (count: number): Buffer => csv(...Array.from({ length: count }, (_, n) => `示例${n}公司,${phone(n)},`));

function rig(
  role?: 'agent',
): ImportDesk & { readonly database: ReturnType<typeof testDatabase>; readonly folder: string } {
  const [database, folder] = [testDatabase(), tempFolder()];
  return { ...importDesk(database, folder, role), database, folder };
}

async function start(desk: ImportDesk, bytes: Buffer, change: object = {}): Promise<string> {
  const id = await desk.upload('客户.csv', bytes);
  const { plan } = await desk.imports.look(id, {}, 'zh-CN');
  await desk.imports.begun(id, { ...plan, ...change });
  return id;
}

const view = (desk: ImportDesk): ImportView => {
  const [newest] = desk.imports.all();
  if (!newest) throw new Error('no import');
  return newest;
};
const names = async (desk: ImportDesk): Promise<string[]> => {
  const query = leadQuery.parse({ sort: 'name', descending: false });
  const { rows } = await desk.leads.list(query, { offset: 0, limit: 100 });
  return rows.map(({ companyName }) => companyName).sort();
};

async function savedRows(desk: ImportDesk): Promise<(readonly string[])[]> {
  const { sheets } = await readSheetFile(desk.saved(), null);
  return [...(sheets[0]?.rows ?? [])];
}

/** Everything that waits goes to a cloud that answers so. */
function push(
  desk: ImportDesk,
  answer: (part: Part) => Omit<Parameters<ImportDesk['outbox']['settle']>[0][number], 'opId'>,
): Part[] {
  const parts: Part[] = [];
  for (let ops: readonly CloudOp[] = desk.outbox.take(); ops.length > 0; ops = desk.outbox.take()) {
    for (const op of ops) if (op.type === 'lead.import') parts.push(op.row);
    desk.outbox.settle(ops.map((op) => ({ opId: op.opId, ...answer(op.row as Part) })));
  }
  return parts;
}
const takes = () => ({ status: 'applied' as const });

describe('a sheet', () => {
  it('becomes leads that are there at once and wait for the cloud', async () => {
    const desk = rig();
    await start(desk, csv(`甲公司,${phone(1)},老客户`, `乙公司,无,`, `,${phone(3)},`, `甲公司,${phone(4)},`));
    await desk.settled();
    expect(await names(desk)).toEqual(['甲公司']);
    expect(view(desk)).toMatchObject({ state: 'read', rows: 4, done: 4, waiting: 1, taken: 0, left: 3 });
    const [row] = (await desk.leads.list(leadQuery.parse({}), { offset: 0, limit: 10 })).rows;
    expect(row).toMatchObject({ waiting: true, following: 'nobody', phone: '+8615400000001', sample: true });
    expect(desk.leads.work.notes(row?.id ?? '')).toMatchObject([{ text: '老客户' }]);
    const [part, ...more] = push(desk, takes);
    expect(more).toEqual([]);
    expect(part).toMatchObject({ begins: true, ends: true, rows: 4, leads: [{ line: 2, fields: { companyName: '甲公司' }, note: { text: '老客户' } }] });
    expect(view(desk)).toMatchObject({ waiting: 0, taken: 1, filled: 0 });
  }); // prettier-ignore

  it('with several numbers, a stage, tags and a plan has them in the lead, here and for the cloud', async () => {
    const desk = rig();
    const lines = Buffer.from('企业名称,联系电话,座机,阶段,标签,下次跟进\n甲公司,15400000001,0571-88880000,谈判中,重点;展会,2027-01-05 10:00');
    await start(desk, lines, { mapping: ['companyName', 'phone', 'phone', 'stage', 'tags', 'nextFollowUpAt'] });
    await desk.settled();
    const { rows } = await desk.leads.list(leadQuery.parse({}), { offset: 0, limit: 10 });
    const planned = Date.UTC(2027, 0, 5, 2);
    expect(rows).toMatchObject([{ stage: 'negotiating', tags: ['重点', '展会'], nextFollowUpAt: planned }]);
    expect(desk.leads.findByPhone('+8657188880000')).toMatchObject({ companyName: '甲公司', contacts: [{ name: '座机' }] });
    const fields = { stage: 'negotiating', tags: ['重点', '展会'], nextFollowUpAt: planned, contacts: [{ phone: '+8657188880000' }] };
    expect(push(desk, takes)).toMatchObject([{ leads: [{ fields, note: null }] }]);
  }); // prettier-ignore

  it('is mapped as it was the last time', async () => {
    const desk = rig();
    const lines = Buffer.from('公司名称,号码,说明,杂项\n甲,15400000001,x,y');
    await start(desk, lines, { mapping: ['companyName', null, null, 'note'], rule: 'fill', keys: ['phone'] });
    await desk.settled();
    const id = await desk.upload('又一份.csv', lines);
    expect(await desk.imports.look(id, {}, 'zh-CN')).toMatchObject({
      remembered: true,
      plan: { mapping: ['companyName', null, null, 'note'], rule: 'fill', keys: ['phone'] },
    });
  });

  it('whose headings are in another row has its columns mapped anew, as they were the last time', async () => {
    const desk = rig();
    const lines = Buffer.from('公司名称,号码\n联系人,企业名称\n王芳,甲公司\n,乙公司');
    const id = await desk.upload('两行表头.csv', lines);
    expect(await desk.imports.look(id, {}, 'zh-CN')).toMatchObject({ plan: { headRow: 0, mapping: ['companyName', 'phone'] } }); // prettier-ignore
    const second = await desk.imports.look(id, { headRow: 1, rule: 'fill' }, 'zh-CN');
    expect(second).toMatchObject({ remembered: false, plan: { mapping: ['contactName', 'companyName'], rule: 'fill' } }); // prettier-ignore
    await desk.imports.begun(id, { ...second.plan, mapping: [null, 'companyName'] });
    await desk.settled();
    expect(await names(desk)).toEqual(['乙公司', '甲公司']);
    const again = await desk.upload('又一份.csv', lines);
    expect(await desk.imports.look(again, { headRow: 1 }, 'zh-CN')).toMatchObject({ remembered: true, plan: { mapping: [null, 'companyName'] } }); // prettier-ignore
  });

  it('with rows whose lead is here leaves them out, or tells the cloud of them and shows no second one', async () => {
    const desk = rig();
    const there = sampleLead(1, { phone: '+8615400000001' });
    desk.database.write.transaction(() => desk.leads.applyFromCloud(desk.database.write, [{ id: there.id, row: there }]));
    await start(desk, csv(`甲公司,${phone(1)},`));
    await desk.settled();
    expect(view(desk)).toMatchObject({ waiting: 0, left: 1 });
    await start(desk, csv(`甲公司,${phone(1)},`), { rule: 'fill' });
    await desk.settled();
    expect(await names(desk)).toEqual([there.companyName]);
    expect(push(desk, takes).flatMap(({ leads }) => leads)).toHaveLength(1);
  }); // prettier-ignore

  it('keeps what stands under no heading in the sheet of what was left', async () => {
    const desk = rig();
    const file = `企业名称,电话\n甲公司,${phone(1)},李四,老客户\n,${phone(2)},王五,展会`;
    const id = await start(desk, Buffer.from(file));
    await desk.settled();
    await desk.imports.report(id, 'zh-CN');
    expect(await savedRows(desk)).toEqual([
      ['企业名称', '电话', '', '', '未导入原因'],
      ['', phone(2), '王五', '展会', '缺少企业名称'],
    ]);
  });

  it('with what the cloud does not take as a lead of its own: that goes from the lists, into the sheet of what was left', async () => {
    const desk = rig();
    const id = await start(desk, csv(`甲公司,${phone(1)},`, `乙公司,${phone(2)},`, `丙公司,${phone(3)},`, `,${phone(4)},`));
    await desk.settled();
    push(desk, ({ leads }) => {
      const [, second, third] = leads;
      const told = (lead: typeof second, what: ImportedElsewhere['what']) =>
        lead && { id: lead.id, line: lead.line, what, by: 'phone', name: what === 'filled' ? '丙' : null };
      return { status: 'merged', details: { elsewhere: [told(second, 'duplicate'), told(third, 'filled')] as never } };
    });
    expect(await names(desk)).toEqual(['甲公司']);
    expect(view(desk)).toMatchObject({ waiting: 0, taken: 1, filled: 1, left: 2 });
    expect((await desk.imports.report(id, 'zh-CN')).fileName).toBe('客户-未导入.xlsx');
    expect(await savedRows(desk)).toEqual([
      ['企业名称', '联系电话', '备注', '未导入原因'],
      ['乙公司', phone(2), '', '已有相同电话的线索'],
      ['', phone(4), '', '缺少企业名称'],
    ]);
    // Mended, it is imported as it is.
    const again = await desk.upload('客户-未导入.xlsx', desk.saved());
    expect(await desk.imports.look(again, {}, 'zh-CN')).toMatchObject({
      remembered: true,
      plan: { mapping: ['companyName', 'phone', 'note', null] },
    });
  }); // prettier-ignore

  it('that the cloud refuses as a whole leaves nothing behind but its reasons', async () => {
    const desk = rig();
    await start(desk, many(70));
    await desk.settled();
    push(desk, () => ({ status: 'rejected', code: 'access.denied' }));
    expect(await names(desk)).toEqual([]);
    expect(view(desk)).toMatchObject({ waiting: 0, taken: 0, left: 70 });
    expect(desk.outbox.refused()).toBe(0);
  });

  it('that was too much for its thread is the only one that is not read', async () => {
    const desk = rig();
    const id = await desk.upload('客户.csv', csv(`甲公司,${phone(1)},`));
    await desk.imports.look(id, {}, 'zh-CN');
    desk.lose();
    await expect(desk.imports.look(id, {}, 'zh-CN')).rejects.toMatchObject({ code: 'import.too-much-inside' });
    expect(await desk.imports.look(id, {}, 'zh-CN')).toMatchObject({ counts: { rows: 1, good: 1 } });
  });

  it('that is asked for twice at once is imported once', async () => {
    const desk = rig();
    const id = await desk.upload('客户.csv', csv(`甲公司,${phone(1)},`));
    const { plan } = await desk.imports.look(id, {}, 'zh-CN');
    const both = await Promise.allSettled([desk.imports.begun(id, plan), desk.imports.begun(id, plan)]);
    expect(both).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 'import.running' } }]);
    await desk.settled();
    expect(desk.imports.all()).toMatchObject([{ rows: 1, done: 1 }]);
  });

  it('is for managers and administrators', async () => {
    const desk = rig('agent');
    await expect(desk.upload('a.csv', many(1))).rejects.toMatchObject({ code: 'access.denied' });
  });
});

describe('a long sheet', () => {
  it('is stopped where it is: what is in stays in, what is not is told', async () => {
    const desk = rig();
    const id = await start(desk, many(1000));
    while (view(desk).done === 0) await new Promise((resolve) => setImmediate(resolve));
    desk.imports.stop(id);
    await desk.settled();
    const { state, done, waiting, left } = view(desk);
    expect([state, waiting, left]).toEqual(['stopped', done, 1000 - done]);
    expect(done).toBeLessThan(1000);
    const parts = push(desk, takes);
    expect([parts.at(0)?.begins, parts.at(-1)?.ends, parts.at(-1)?.leads]).toEqual([true, true, []]);
    await desk.imports.report(id, 'zh-CN');
    const rows = await savedRows(desk);
    expect(rows.length).toBe(1 + left);
    expect(rows[1]).toEqual([`示例${done}公司`, phone(done), '', '导入已停止，此行未导入']);
    await desk.imports.forget(id);
    expect(desk.imports.all()).toEqual([]);
  });

  it('is gone through as it is, whatever file is looked at meanwhile', async () => {
    const desk = rig();
    await start(desk, many(3000));
    const next = await desk.upload('下一份.csv', csv(`别的公司,${phone(9000)},`, `又一家公司,${phone(9001)},`));
    expect(await desk.imports.look(next, {}, 'zh-CN')).toMatchObject({ counts: { rows: 2, good: 2 } });
    expect(view(desk).state).toBe('running');
    await desk.settled();
    expect(view(desk)).toMatchObject({ state: 'read', rows: 3000, done: 3000, waiting: 3000 });
    const { total } = await desk.leads.list(leadQuery.parse({}), { offset: 0, limit: 1 });
    expect([total, await names(desk)]).toEqual([3000, expect.not.arrayContaining(['别的公司'])]);
    // And the next one is the one that was looked at.
    const { plan } = await desk.imports.look(next, {}, 'zh-CN');
    await desk.imports.begun(next, plan);
    await desk.settled();
    expect(view(desk)).toMatchObject({ fileName: '下一份.csv', state: 'read', rows: 2, done: 2, waiting: 2 });
  });

  it('goes on behind a crash: no row is lost, none comes twice', async () => {
    for (const parts of [0, 1, 3]) {
      const { database, folder, ...desk } = rig();
      const id = await start(desk, many(300));
      while (view(desk).done < parts * 64) await new Promise((resolve) => setImmediate(resolve));
      // As the end of the process leaves it: nothing more is written.
      desk.imports.dispose();
      await desk.settled();
      expect(view(desk).state).toBe('running');
      const next = importDesk(database, folder);
      next.imports.start();
      await next.settled();
      expect(next.imports.all()).toMatchObject([{ id, state: 'read', done: 300, waiting: 300, left: 0 }]);
      const leads = push(next, takes).flatMap((part) => part.leads);
      expect(leads.map(({ line }) => line)).toEqual(Array.from({ length: 300 }, (_, n) => n + 2));
      expect(new Set(leads.map((lead) => lead.id)).size).toBe(300);
      const { total } = await next.leads.list(leadQuery.parse({}), { offset: 0, limit: 1 });
      expect(total).toBe(300);
    }
  });

  it('whose rows are not there any more behind another generation of leads is shown again, what the cloud has as it has it', async () => {
    const { database, ...desk } = rig();
    await start(desk, many(100));
    await desk.settled();
    database.write.run('DELETE FROM lead');
    const [first] = desk.outbox.waitingImport(0)?.row.leads ?? [];
    const row = { ...sampleLead(1), id: first?.id ?? '', companyName: '云端' };
    database.write.transaction(() => desk.leads.applyFromCloud(database.write, [{ id: row.id, row }]));
    desk.imports.swapped();
    desk.imports.start();
    while ((await names(desk)).length < 100) await new Promise((resolve) => setImmediate(resolve));
    expect((await names(desk)).filter((name) => name === '云端')).toHaveLength(1);
  });

  it('is sent in parts that neither side chokes on', async () => {
    const desk = rig();
    await start(desk, csv(...Array.from({ length: 300 }, (_, n) => `示例${n}公司,${phone(n)},${'话'.repeat(2000)}`)));
    await desk.settled();
    for (let ops = desk.outbox.take(), rounds = 0; ops.length > 0; ops = desk.outbox.take(), rounds += 1) {
      expect(JSON.stringify(ops).length).toBeLessThan(256 * 1024);
      expect(Buffer.byteLength(JSON.stringify(ops))).toBeLessThan(512 * 1024);
      desk.outbox.settle(ops.map(({ opId }) => ({ opId, status: 'applied' })));
      expect(rounds).toBeLessThan(100);
    }
    expect(view(desk)).toMatchObject({ taken: 300, waiting: 0 });
  });
});
