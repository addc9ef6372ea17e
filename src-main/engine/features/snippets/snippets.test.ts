import { describe, expect, it } from 'vitest';
import type { CloudSnippet } from '#shared/cloud-contract/contract.ts';
import { createOutbox, type CloudOpResult, type Outbox } from '../../sync/index.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { testContext } from '../../testing/test-context.ts';
import { createSnippets, type SnippetDeed } from './index.ts';

const words = { category: '开场', title: '问候', text: '{客户姓名}您好' };

function rig() {
  const { write: db } = testDatabase();
  const context = testContext();
  const outbox: Outbox = createOutbox({
    context,
    db,
    readers: { 'call.put': () => null },
    putBack: (tx, deed, row) => snippets.putBack(tx, deed, row),
    redo: (tx, deed) => snippets.redo(tx, deed as SnippetDeed),
  });
  const { snippets } = createSnippets({ context, db, deeds: outbox });
  return {
    snippets,
    outbox,
    pull: (...changes: { id: string; row: unknown }[]) => db.transaction(() => snippets.applier.apply(db, changes)),
    answer: (result: Omit<CloudOpResult, 'opId'>) =>
      outbox.settle(outbox.take().map(({ opId }) => ({ opId, ...result }))),
    titles: (search = '') => snippets.list(search).map(({ title }) => title),
  };
}
let ids = 0;
const entry = (change: Partial<CloudSnippet> = {}) => {
  const id = `0190a000-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}`;
  return { id, row: { id, own: false, ...words, position: ids, version: 1, ...change } };
};

describe('snippets on a desk', () => {
  it('are the company’s in their order, then the own ones, found by any part of theirs', () => {
    const { snippets, pull, titles } = rig();
    pull(entry({ title: '乙', position: 2 }), entry({ title: '甲', position: 1, text: 'Price list' }));
    snippets.save(null, { ...words, title: '我的', category: '报价' });
    expect(titles()).toEqual(['甲', '乙', '我的']);
    expect(titles('报价')).toEqual(['我的']);
    expect(titles('price')).toEqual(['甲']);
    expect(titles('%')).toEqual([]);
    expect(snippets.list('').map(({ own }) => own)).toEqual([false, false, true]);
  });

  it('of the company are not changed here, and go when the cloud takes them away', () => {
    const { snippets, pull, titles, outbox } = rig();
    const one = entry();
    pull(one);
    expect(() => snippets.save(one.id, words)).toThrow(expect.objectContaining({ code: 'not-found' }));
    expect(() => snippets.remove(one.id)).toThrow(expect.objectContaining({ code: 'not-found' }));
    pull({ id: one.id, row: null });
    expect([titles(), outbox.waiting()]).toEqual([[], 0]);
    const strange = entry({ title: 7 as never });
    expect(pull(strange, entry())).toEqual([strange.id]);
  });
});

describe('finding a snippet', () => {
  it('goes by what is written, by pinyin and by first letters, in category, title and text', () => {
    const { snippets, titles } = rig();
    snippets.save(null, { category: '价格', title: '报价说明', text: '含税含运，ＶＩＰ 客户另议' });
    snippets.save(null, { category: '', title: '节日', text: '祝您 节日快乐' });
    for (const typed of ['报价', 'baojia', 'bjsm', 'jiage', 'hshy', 'vip', 'VIP客户'])
      expect([typed, titles(typed)]).toEqual([typed, ['报价说明']]);
    expect(titles('jrkl')).toEqual(['节日']);
    expect(titles('j')).toEqual(['报价说明', '节日']);
    expect(titles('xyz')).toEqual([]);
  });
});

describe('uses of a snippet', () => {
  it('are counted here, for the company’s too, and outlive another text', () => {
    const { snippets, pull, outbox } = rig();
    const theirs = entry();
    pull(theirs);
    const mine = snippets.save(null, words);
    const sent = outbox.waiting();
    snippets.used([theirs.id, mine, '0190a000-0000-7000-8000-00000000dead']);
    snippets.used([mine]);
    snippets.save(mine, { ...words, title: '新' });
    pull({ ...theirs, row: { ...theirs.row, version: 2 } });
    expect(snippets.list('').map(({ uses }) => uses)).toEqual([1, 2]);
    expect(outbox.waiting()).toBe(sent);
    snippets.remove(mine);
    pull({ id: mine, row: null });
    expect(snippets.list('').map(({ id }) => id)).toEqual([theirs.id]);
  });
});

describe('own snippets as a list', () => {
  const three = (snippets: ReturnType<typeof rig>['snippets']) =>
    ['甲', '乙', '丙'].map((title) => snippets.save(null, { ...words, title }));

  it('are put in another order, which one operation tells', () => {
    const { snippets, outbox, titles, answer } = rig();
    const [a, , c] = three(snippets);
    answer({ status: 'applied' });
    snippets.move(c ?? '', null);
    snippets.move(a ?? '', c ?? '');
    expect(titles()).toEqual(['丙', '甲', '乙']);
    expect(outbox.take()).toMatchObject([{ type: 'snippet.put', row: { id: c, title: '丙', position: 512 } }]);
    expect(() => snippets.move(a ?? '', '0190a000-0000-7000-8000-00000000dead')).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    );
  });

  it('stay where they were put while that is on its way, and go back where it is refused', () => {
    const { snippets, pull, titles, answer, outbox } = rig();
    const [one, two] = [
      entry({ own: true, title: '一', position: 1024 }),
      entry({ own: true, title: '二', position: 2048 }),
    ];
    pull(one, two);
    snippets.move(two.id, null);
    pull(two);
    expect(titles()).toEqual(['二', '一']);
    answer({ status: 'rejected', code: 'sync.conflict', row: two.row });
    expect(titles()).toEqual(['一', '二']);
    outbox.retry(outbox.rejected()[0]?.opId ?? '');
    expect(titles()).toEqual(['二', '一']);
  });

  it('take what a file brings, but for what is known and what has no room', () => {
    const { snippets, outbox, titles } = rig();
    three(snippets);
    const waiting = outbox.waiting();
    expect(
      snippets.import([
        { ...words, title: '甲' },
        { ...words, title: '丁' },
        { ...words, title: '丁' },
      ]),
    ).toBe(1);
    expect([titles(), outbox.waiting()]).toEqual([['甲', '乙', '丙', '丁'], waiting + 1]);
    const many = Array.from({ length: 300 }, (_, at) => ({ ...words, title: `第${String(at)}` }));
    expect(snippets.import(many)).toBe(296);
    expect(() => snippets.save(null, words)).toThrow(expect.objectContaining({ code: 'snippet.too-many' }));
  });
});

describe('an own snippet', () => {
  it('is on its way at once; written again before it is sent it is one operation', () => {
    const { snippets, outbox } = rig();
    const id = snippets.save(null, words);
    snippets.save(id, { ...words, title: '新' });
    expect(outbox.take()).toMatchObject([{ type: 'snippet.put', row: { id, base: 0, ...words, title: '新' } }]);
    snippets.remove(id);
    expect(outbox.take().map(({ type }) => type)).toEqual(['snippet.put', 'snippet.remove']);
  });

  it('says which version its person saw, and stands over what comes from another desk meanwhile', () => {
    const { snippets, pull, outbox, titles } = rig();
    const mine = entry({ own: true, version: 4 });
    pull(mine);
    snippets.save(mine.id, { ...words, title: '这里' });
    pull({ id: mine.id, row: { ...mine.row, title: '那里', version: 5 } });
    expect(titles()).toEqual(['这里']);
    expect(outbox.take()).toMatchObject([{ row: { base: 4, title: '这里' } }]);
  });

  it('that came too late gives way, is told with its words, and sent again is the next version', () => {
    const { snippets, pull, outbox, titles, answer } = rig();
    const mine = entry({ own: true, version: 4 });
    pull(mine);
    snippets.save(mine.id, { ...words, title: '这里' });
    answer({ status: 'rejected', code: 'sync.conflict', row: { ...mine.row, title: '那里', version: 5 } });
    expect(titles()).toEqual(['那里']);
    const [refused] = outbox.rejected();
    expect(refused).toMatchObject({ type: 'snippet.put', subject: '这里', row: { title: '这里' } });
    outbox.retry(refused?.opId ?? '');
    expect(titles()).toEqual(['这里']);
    expect(outbox.take()).toMatchObject([{ row: { base: 5, title: '这里' } }]);
    answer({ status: 'applied' });
    expect(outbox.confirmed(mine.id)).toBe(true);
  });

  it('that was removed here does not come back with the feed, and one that the cloud refuses goes', () => {
    const { snippets, pull, titles, answer } = rig();
    const mine = entry({ own: true });
    pull(mine);
    snippets.remove(mine.id);
    pull({ id: mine.id, row: { ...mine.row, version: 2 } });
    expect(titles()).toEqual([]);
    answer({ status: 'applied' });
    snippets.save(null, words);
    answer({ status: 'rejected', code: 'snippet.too-many', row: null });
    expect(titles()).toEqual([]);
  });

  it('that the cloud does not know yet outlives a history of the cloud’s that lacks it', () => {
    const { snippets, pull, titles } = rig();
    const id = snippets.save(null, words);
    pull({ id, row: null });
    expect(titles()).toEqual(['问候']);
  });
});
