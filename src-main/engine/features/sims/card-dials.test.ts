import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import { cardHistoryMs, type CardDial } from '#shared/domain/sim-governor.ts';
import { cardMigrations } from '../../database/migrations/index.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { testContext, type TestContext } from '../../testing/test-context.ts';
import { queryPlan, testDatabase } from '../../testing/test-database.ts';
import { dialsOfCardSql, keptMs, openCardDials, type CardDials } from './card-dials.ts';

const dayMs = 24 * 60 * 60 * 1000;
const card = '89860100000000000001';

function open(context: TestContext): CardDials {
  const dials = openCardDials(context);
  onTestFinished(() => dials.dispose());
  return dials;
}

const dial = (callId: string, at: number, more: Partial<CardDial> = {}): CardDial => ({
  callId,
  card,
  at,
  alerted: false,
  answered: false,
  talkMs: 0,
  endedAt: null,
  cause: null,
  ...more,
});
const over = { alerted: true, answered: true, talkMs: 7000, endedAt: 20_000, cause: 'remote-hang-up' } as const;

describe('the dials of a desk’s cards', () => {
  it('are there in the next run, with what became of them', () => {
    const context = testContext(tempFolder());
    const first = open(context);
    const now = context.clock.now();
    first.placed(dial('one', now));
    first.placed(dial('two', now + 1));
    first.placed(dial('three', now, { card: 'slot:2' }));
    first.ended('one', over);
    first.dispose();
    const next = open(context);
    expect(next.of(card, now - 1).toSorted((a, b) => a.at - b.at)).toEqual([
      { at: now, ...over },
      { at: now + 1, alerted: false, answered: false, talkMs: 0, endedAt: null, cause: null },
    ]);
    expect(next.of(card, now)).toHaveLength(1);
    expect(next.of('slot:2', 0)).toHaveLength(1);
  });

  it('tell no number and nobody’s name', () => {
    const { read } = testDatabase(cardMigrations);
    const columns = read.all<{ name: string }>(`SELECT name FROM pragma_table_info('card_dial')`);
    expect(columns.map(({ name }) => name)).toEqual([
      'call_id', 'card', 'dialled_at', 'alerted', 'answered', 'talk_ms', 'ended_at', 'cause',
    ]); // prettier-ignore
  });

  it('take over what a person’s records know, once, and never lose an end by it', () => {
    const dials = open(testContext(tempFolder()));
    dials.placed(dial('known', 1));
    dials.placed(dial('told', 2));
    dials.ended('told', over);
    const records = [dial('known', 1, over), dial('told', 2), dial('new', 3)];
    dials.takeOver(records);
    dials.takeOver(records);
    expect(dials.of(card, 0).map(({ at, cause }) => [at, cause])).toEqual([
      [1, over.cause],
      [2, over.cause],
      [3, null],
    ]);
  });

  it('forget one that was never dialled after all, and know no calls that are charged to no card', () => {
    const dials = open(testContext(tempFolder()));
    dials.placed(dial('one', 1));
    dials.withdraw('one');
    dials.ended('an emergency call', over);
    expect(dials.of(card, 0)).toEqual([]);
  });

  it('are kept longer than a verdict looks back, and not for ever', () => {
    const context = testContext(tempFolder());
    const dials = open(context);
    const now = context.clock.now();
    dials.placed(dial('old', now));
    context.clock.advance(keptMs - 2 * dayMs);
    dials.placed(dial('new', context.clock.now()));
    context.clock.advance(dayMs);
    expect(dials.of(card, 0)).toHaveLength(2);
    context.clock.advance(2 * dayMs);
    expect(dials.of(card, 0).map(({ at }) => at)).toEqual([now + keptMs - 2 * dayMs]);
    expect(keptMs).toBeGreaterThan(cardHistoryMs + dayMs);
  });

  it('are read by an index alone', () => {
    expect(queryPlan(testDatabase(cardMigrations), dialsOfCardSql)).toEqual([
      'SEARCH card_dial USING COVERING INDEX card_dial_by_card (card=? AND dialled_at>?)',
    ]);
  });
});

describe('the file of the counts', () => {
  it('belongs to one engine', () => {
    const context = testContext(tempFolder());
    open(context);
    expect(() => openCardDials(context)).toThrow(new AppError('database.locked'));
  });

  it.each([
    ['no database', (): Buffer => Buffer.from('these are no pages of SQLite'.repeat(200))],
    // The last page is the index’s leaf: its cells point nowhere.
    ['a page of nonsense', (whole: Buffer): Buffer => whole.fill(0xa5, whole.length - 4000)],
  ])('is set aside where it is damaged (%s), and the desk works on', (_what, damage) => {
    const context = testContext(tempFolder());
    const path = join(context.dataDir, 'desk-cards.db');
    const first = openCardDials(context);
    for (let n = 0; n < 50; n += 1) first.placed(dial(`call ${n}`, n));
    first.dispose();
    writeFileSync(path, damage(readFileSync(path)));
    const broken = readFileSync(path);
    const dials = open(context);
    expect(dials.of(card, -1)).toEqual([]);
    dials.placed(dial('one', 1));
    expect(dials.of(card, 0)).toHaveLength(1);
    expect(readFileSync(`${path}.damaged`).equals(broken)).toBe(true);
    expect(context.logLines.join()).toContain('card-dials.damaged');
  });
});
