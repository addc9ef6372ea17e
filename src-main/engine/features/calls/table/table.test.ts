import { describe, expect, it } from 'vitest';
import { callQuery, callSorts, type CallQuery } from '#shared/desk-contract/areas/calls.ts';
import { callResults, outcomes } from '#shared/domain/vocabulary.ts';
import type { Database } from '../../../database/open-database.ts';
import type { SqlValue } from '../../../database/handles.ts';
import { testDatabase } from '../../../testing/test-database.ts';
import { CallListing, type CallScope } from '../call-lists.ts';
import type { CallRow } from '../call-row.ts';
import { resultOf } from '../call-view.ts';

const people = ['me', 'zhao', 'lin', 'new'] as const;
const departments = { me: '销售一部', zhao: '销售一部', lin: '', new: null } as const;
const names = ['深圳锦程科技', '上海华远贸易', '锦程物流', null] as const;
/** Of the lead l1, its own and one of another contact of it; some calls with them were under no name. */
const numbersOfL1 = ['+8615400100001', '+8615400100002'] as const;
const causes = ['no-answer', 'busy', 'remote-hang-up', 'local-hang-up', 'rejected', null] as const;
const whole = { offset: 0, limit: 100_000 };

type NumberedRow = CallRow & { readonly row: number };

/** A desk of many calls, which are written and told as the features do. */
class Desk {
  readonly database: Database = testDatabase();
  readonly listing = new CallListing(this.database.read);
  private seed = 7;

  constructor(calls: number) {
    const { write } = this.database;
    for (const id of people)
      write.run('INSERT INTO call_employee (id, name, department) VALUES (?, ?, ?)', [id, id, departments[id]]);
    write.run(
      `INSERT INTO lead (id, company_name, phone, contacts, number_check, sample, created_at) VALUES ('l1', '深圳锦程科技', ?, ?, 'valid', 0, 0)`,
      [numbersOfL1[0], JSON.stringify([{ phone: numbersOfL1[1] }, { phone: '' }])],
    );
    write.transaction(() => {
      for (let n = 0; n < calls; n += 1) this.put(n);
    });
  }

  act(): void {
    const { read, write } = this.database;
    const n = this.random(2600);
    const row = read.get<{ row: number }>('SELECT rowid AS row FROM call WHERE id = ?', [`c${n}`])?.row;
    if (row === undefined || this.random(4) > 0) {
      this.put(n);
      return this.listing.refresh([`c${n}`], []);
    }
    write.run('DELETE FROM call WHERE rowid = ?', [row]);
    this.listing.refresh([], [row]);
  }

  all(): NumberedRow[] {
    return this.database.read.all<NumberedRow>('SELECT rowid AS row, * FROM call ORDER BY started_at DESC, rowid DESC');
  }

  private random(below: number): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.seed / 2 ** 32) * below);
  }

  private of<T>(list: readonly T[]): T {
    return list[this.random(list.length)] as T;
  }

  private put(n: number): void {
    const number = this.random(9) > 0 ? `+8615400${200_000 + this.random(800_000)}` : this.of(numbersOfL1);
    const cause = this.of(causes);
    const answered = this.random(2) === 0;
    const row: { [column: string]: SqlValue } = {
      ...{ id: `c${n}`, rev: 1, made_here: 0, employee_id: this.of(people), number_typed: '', dial_string: '' },
      ...{ direction: this.of(['outbound', 'inbound']), channel: this.of(['desk-phone', 'sip']) },
      ...{ state: cause === null ? 'active' : 'ended', end_cause: cause },
      ...{ number, number_reversed: [...number].reverse().join(''), lead_id: this.of(['l1', 'l2', null]) },
      ...{ customer_name: this.of(names), contact_name: this.of(['王示例', null]), started_at: this.random(900) },
      ...{ answered_at: answered ? 5 : null, talk_ms: this.of([0, 5000, 90_000, null]), wait_ms: this.of([0, 4000, 21_000, null]) },
      ...{ outcome: this.of([...outcomes, null]), outcome_id: this.of(['o1', null]), missing: this.of(['note', '', null]) },
    }; // prettier-ignore
    const columns = Object.keys(row);
    this.database.write.run(
      `INSERT INTO call (${columns.join(', ')}) VALUES (${columns.map((one) => `:${one}`).join(', ')})
       ON CONFLICT (id) DO UPDATE SET ${columns.map((one) => `${one} = excluded.${one}`).join(', ')}`,
      row,
    );
  }
}

/** Whether a call is in the list, said plainly. */
function fits(row: CallRow, query: CallQuery, scope: CallScope): boolean {
  const { department, employeeId, search } = query;
  const text = `${row.customer_name ?? ''}\n${row.contact_name ?? ''}`;
  const talked = row.answered_at !== null && row.talk_ms !== null;
  return (
    (scope === null || row.employee_id === scope) &&
    (employeeId === null || row.employee_id === employeeId) &&
    (department === null || departments[row.employee_id as keyof typeof departments] === department) &&
    (query.from === null || row.started_at >= query.from) &&
    (query.to === null || row.started_at < query.to) &&
    (query.result === null || resultOf(row) === query.result) &&
    (query.outcome === null || row.outcome === query.outcome) &&
    (query.outcomeId === null || row.outcome_id === query.outcomeId) &&
    (!query.incomplete || (row.state === 'ended' && row.missing === 'note')) &&
    (query.leadId === null || row.lead_id === query.leadId) &&
    (query.customerId === null ||
      row.lead_id === query.customerId ||
      (query.customerId === 'l1' && numbersOfL1.some((number) => number === row.number))) &&
    (query.channel === null || row.channel === query.channel) &&
    (query.direction === null || row.direction === query.direction) &&
    (query.talkFrom === null || (talked && (row.talk_ms ?? 0) >= query.talkFrom)) &&
    (query.talkBelow === null || (talked && (row.talk_ms ?? 0) < query.talkBelow)) &&
    search.split(' ').every((term) => (/^\d+$/.test(term) ? row.number.endsWith(term) : text.includes(term)))
  );
}

const nameOrder = ['lin', 'me', 'new', 'zhao'];
const placeIn = <T>(list: readonly T[], one: T | null): number | null => (one === null ? null : list.indexOf(one));
const byPinyin = ['锦程物流', '上海华远贸易', '深圳锦程科技'];
/** What a list is sorted by, said plainly; null = a call has none. */
function valueOf(row: CallRow, sort: CallQuery['sort']): number | null {
  if (sort === 'newest') return row.started_at;
  if (sort === 'wait') return row.wait_ms;
  if (sort === 'talk') return row.answered_at === null ? null : row.talk_ms;
  if (sort === 'employee') return nameOrder.indexOf(row.employee_id);
  if (sort === 'result') return placeIn(callResults, resultOf(row));
  if (sort === 'outcome')
    return row.outcome === null ? null : 2 * outcomes.indexOf(row.outcome) + Number(row.outcome_id !== null);
  return row.customer_name === null ? null : byPinyin.indexOf(row.customer_name);
}

/**
 * Whoever has no value stands last; equal ones go by their contact among names, and by the number of their row. Of one person, result or
 * outcome the newest is first, whichever way those go.
 */
function inOrder(rows: readonly NumberedRow[], { sort, descending }: CallQuery): NumberedRow[] {
  const way = descending ? -1 : 1;
  const inGroups = sort === 'employee' || sort === 'result' || sort === 'outcome';
  const keyOf = (row: NumberedRow): number[] => {
    const value = way * (valueOf(row, sort) ?? 0);
    if (inGroups) return [value, -row.started_at, -row.row];
    return [value, sort === 'name' && row.contact_name !== null ? way : 0, way * row.row];
  };
  const order = rows.map((row) => ({ row, key: keyOf(row), lacks: Number(valueOf(row, sort) === null) }));
  order.sort((a, b) => {
    const at = a.key.findIndex((one, n) => one !== b.key[n]);
    return a.lacks - b.lacks || (a.key[at] ?? 0) - (b.key[at] ?? 0);
  });
  return order.map(({ row }) => row);
}

const nothing = callQuery.parse({});
const asked: [CallScope, Partial<CallQuery>][] = [
  [null, {}],
  ['me', {}],
  ['me', { employeeId: 'zhao' }],
  [null, { employeeId: 'zhao' }],
  [null, { department: '销售一部' }],
  [null, { department: '' }],
  [null, { department: '没有' }],
  [null, { department: '销售一部', employeeId: 'lin' }],
  ['lin', { department: '' }],
  ['lin', { department: '销售一部' }],
  ...callResults.map((result): [null, Partial<CallQuery>] => [null, { result }]),
  [null, { outcome: 'interested', channel: 'sip' }],
  [null, { outcomeId: 'o1', direction: 'inbound' }],
  [null, { outcomeId: 'nobody' }],
  [null, { incomplete: true, from: 300 }],
  [null, { from: 100, to: 800 }],
  [null, { to: 200 }],
  ['zhao', { talkFrom: 5000 }],
  [null, { talkFrom: 1, talkBelow: 90_000 }],
  [null, { talkBelow: 5001, result: 'connected' }],
  [null, { leadId: 'l1' }],
  ['me', { leadId: 'l1' }],
  [null, { customerId: 'l1' }],
  ['me', { customerId: 'l1', result: 'connected' }],
  [null, { customerId: 'unknown here' }],
  [null, { descending: false }],
  ...callSorts.flatMap((sort): [CallScope, Partial<CallQuery>][] => [
    [null, { sort }],
    [null, { sort, descending: false }],
    ['me', { sort, descending: sort !== 'name', result: 'connected' }],
    [null, { sort, search: '锦程', from: 300 }],
  ]),
  [null, { leadId: 'l2', search: '锦程' }],
  [null, { search: '锦程 王示例' }],
  ['me', { search: '华远贸易 77' }],
  [null, { search: '没有人' }],
];

describe('the list of calls', () => {
  it('shows what a plain look at every call shows, whatever is asked, also after changes that it was told of', () => {
    const desk = new Desk(2500);
    // Before anything is read, while it is read, and when it is.
    const ids = (scope: CallScope, query: CallQuery, window = whole) => desk.listing.page(query, scope, window).rows.map(({ id }) => id); // prettier-ignore
    const look = (): void => {
      const all = desk.all();
      for (const [scope, part] of asked) {
        const query = { ...nothing, ...part };
        const fitting = all.filter((row) => fits(row, query, scope));
        const wanted = inOrder(fitting, query).map(({ id }) => id);
        const said = JSON.stringify([scope, part]);
        // The window far down first: it is walked to, and not cut out of a list that is there already.
        expect(ids(scope, query, { offset: 1100, limit: 90 }), said).toEqual(wanted.slice(1100, 1190));
        expect(desk.listing.page(query, scope, { offset: 0, limit: 50 }).total, said).toBe(wanted.length);
        expect(ids(scope, query), said).toEqual(wanted);
      }
    };
    desk.listing.warm();
    for (let n = 0; n < 40; n += 1) desk.act();
    look();
    while (desk.listing.warm());
    for (let round = 0; round < 4; round += 1) {
      for (let n = 0; n < 60; n += 1) desk.act();
      look();
    }
  });

  it('is found by department as people move, without a call being touched', () => {
    const desk = new Desk(300);
    while (desk.listing.warm());
    const total = (department: string) => desk.listing.page({ ...nothing, department }, null, whole).total;
    const [before, others] = [total('销售一部'), total('')];
    desk.database.write.run(`UPDATE call_employee SET department = '销售一部' WHERE id = 'lin'`);
    expect([total('销售一部'), total('')]).toEqual([before + others, 0]);
  });

  it('goes by people as they are called now', () => {
    const desk = new Desk(300);
    while (desk.listing.warm());
    const first = () => desk.listing.page({ ...nothing, sort: 'employee', descending: false }, null, whole).rows[0]?.employee_id; // prettier-ignore
    expect(first()).toBe('lin');
    desk.database.write.run(`UPDATE call_employee SET name = 'a' WHERE id = 'zhao'`);
    expect(first()).toBe('zhao');
  });
});
