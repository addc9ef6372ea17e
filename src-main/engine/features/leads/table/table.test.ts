import { describe, expect, it } from 'vitest';
import { leadQuery, leadSorts, type LeadQuery } from '#shared/desk-contract/areas/leads.ts';
import { leadStages, outcomes } from '#shared/domain/vocabulary.ts';
import type { Database } from '../../../database/open-database.ts';
import { sampleLead } from '../../../testing/sample-leads.ts';
import { testDatabase } from '../../../testing/test-database.ts';
import { noteCall } from '../activity.ts';
import { LeadListing } from '../lead-lists.ts';
import { putNote } from '../notes.ts';
import { dropLead, leadsAt, putLead, type StoredLead } from '../repository.ts';

const me = sampleLead(900).id;
const colleague = sampleLead(901).id;
const nameless = sampleLead(903).id;
/** In the order of their names, as `Desk` begins: 阿德, 周敏; nobody knows the third one’s. */
const whoFollows = [colleague, me, nameless];
const whole = { offset: 0, limit: 10_000 };

/** A desk on which people work: what they do is told to the lists, as the service does. */
class Desk {
  readonly database: Database = testDatabase();
  readonly listing = new LeadListing(this.database.read, me, () => now);
  private seed: number;

  constructor(seed: number) {
    this.seed = seed;
    this.call(me, '周敏');
    this.call(colleague, '阿德');
    for (let n = 0; n < 250; n += 1) putLead(this.database.write, this.lead(n));
  }

  /** Somebody of that name. */
  call(id: string, name: string): void {
    this.database.write.run('INSERT OR REPLACE INTO call_employee (id, name) VALUES (?, ?)', [id, name]);
  }

  random(below: number): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.seed / 2 ** 32) * below);
  }

  act(): void {
    const { write } = this.database;
    const [n, dice] = [this.random(300), this.random(10)];
    const { id } = sampleLead(n);
    if (dice === 0)
      return this.listing.refresh(
        [],
        [dropLead(write, id)].flatMap((row) => row ?? []),
      );
    const at = 1_700_000_000_000 + this.random(1_000_000);
    if (dice < 4) noteCall(write, id, { at, answered: dice === 1, outcome: outcomes[this.random(9)] ?? null });
    else if (dice === 4)
      putNote(write, { id: sampleLead(5000 + at).id, leadId: id, employeeId: me, employeeName: '', text: '', lost: null, createdAt: at }); // prettier-ignore
    else putLead(write, this.lead(n));
    this.listing.refresh([id], []);
  }

  /** Every lead of the database, without the columns. */
  all(): StoredLead[] {
    const rows = this.database.read.all<{ row: number }>('SELECT rowid AS row FROM lead ORDER BY rowid');
    return leadsAt(this.database.read, rows.map(({ row }) => row)); // prettier-ignore
  }

  private lead(n: number): ReturnType<typeof sampleLead> {
    const owner = [null, null, me, colleague, nameless][this.random(5)] ?? null;
    return sampleLead(n, {
      companyName: sampleLead(this.random(300)).companyName,
      ownerId: owner,
      claimedAt: owner ? 1_700_000_000_000 + this.random(50) : null,
      pool: this.random(2) === 0 ? 'public' : 'library',
      releasedAt: this.random(2) === 0 ? 1_700_000_000_000 + this.random(50) : null,
      phone: this.random(5) === 0 ? null : `+8615400${String(100_000 + this.random(900_000))}`,
      region: [null, '深圳', '上海'][this.random(3)] ?? null,
      numberCheck: this.random(3) === 0 ? 'empty' : 'unchecked',
      stage: leadStages[this.random(leadStages.length)] ?? 'new',
      tags: [[], [], ['重点'], ['老客户', '重点']][this.random(4)] ?? [],
      nextFollowUpAt: [null, now, midnight - 1, midnight, now + 8 * 24 * 3_600_000][this.random(5)] ?? null,
    });
  }
}

/** Whether a lead is in the list, said plainly. */
function fits(lead: StoredLead, { place, filters }: LeadQuery): boolean {
  const places = {
    all: true,
    library: lead.ownerId === null && !isPublic.get(lead.id),
    public: lead.ownerId === null && isPublic.get(lead.id) === true,
    followed: lead.ownerId === me,
    team: lead.ownerId !== null && lead.ownerId !== me,
  };
  const { capitalFrom, capitalBelow } = filters;
  const capital = lead.registeredCapital;
  return (
    places[place] &&
    (filters.called === null || filters.called === (lead.lastCallAt !== null)) &&
    (filters.outcomes.length === 0 || (lead.lastOutcome !== null && filters.outcomes.includes(lead.lastOutcome))) &&
    (filters.numberChecks.length === 0 || filters.numberChecks.includes(lead.numberCheck)) &&
    (filters.regions.length === 0 || filters.regions.includes(lead.region ?? '')) &&
    (filters.industries.length === 0 || filters.industries.includes(lead.industry ?? '')) &&
    (filters.hasPhone === null || filters.hasPhone === (lead.phone !== null)) &&
    (capitalFrom === null || (capital !== null && capital >= capitalFrom)) &&
    (filters.stages.length === 0 || filters.stages.includes(lead.stage ?? 'new')) &&
    (filters.tags.length === 0 ||
      filters.tags.some((tag) => (tag === '' ? lead.tags === null : lead.tags?.includes(`"${tag}"`)))) &&
    (filters.owners.length === 0 || filters.owners.includes(lead.ownerId ?? '')) &&
    (filters.followUp === null || plans[filters.followUp](lead.nextFollowUpAt)) &&
    (capitalBelow === null || (capital !== null && capital < capitalBelow))
  );
}
/** Noon in Beijing, and what is planned for then and later. */
const now = Date.UTC(2026, 10, 23, 4, 0, 0);
const midnight = now + 12 * 3_600_000;
const plans = {
  none: (at: number | null) => at === null,
  due: (at: number | null) => at !== null && at <= now,
  today: (at: number | null) => at !== null && at < midnight,
  week: (at: number | null) => at !== null && at < midnight + 6 * 24 * 3_600_000,
};
const isPublic = new Map<string, boolean>();

const keyOf = (lead: StoredLead, sort: LeadQuery['sort']): number | null =>
  ({
    owner: lead.ownerId === null ? null : whoFollows.indexOf(lead.ownerId),
    newest: lead.createdAt,
    name: 0,
    capital: lead.registeredCapital,
    'last-call': lead.lastCallAt,
    'last-follow-up': lead.followedAt,
    claimed: lead.claimedAt,
    released: lead.releasedAt,
    'next-follow-up': lead.nextFollowUpAt,
  })[sort];

const filters: readonly object[] = [
  {},
  { called: true },
  { called: false, hasPhone: true },
  { outcomes: ['interested', 'no-need'] },
  { numberChecks: ['empty'], regions: ['深圳', ''] },
  { industries: ['科技'], capitalFrom: 100_000_000 },
  { capitalBelow: 200_000_000, regions: ['没有这里'] },
  { capitalFrom: 0 },
  { stages: ['new', 'won'], tags: ['重点', ''] },
  { tags: ['老客户'], followUp: 'none' },
  { tags: ['没有'] },
  { followUp: 'due' },
  { followUp: 'today', stages: ['quoted', 'won'] },
  { followUp: 'week' },
  { owners: [colleague] },
  { owners: ['', me], stages: ['new'] },
];

describe.each([1, 2, 3])('lists told of what has changed (seed %i)', (seed) => {
  it('show what a reading of everything shows, whatever is asked', () => {
    const desk = new Desk(seed);
    for (let round = 0; round < 6; round += 1) {
      const all = desk.all();
      isPublic.clear();
      for (const { id, pool } of desk.database.read.all<{ id: string; pool: string }>('SELECT id, pool FROM lead')) isPublic.set(id, pool === 'public'); // prettier-ignore
      const fresh = new LeadListing(desk.database.read, me, () => now);
      for (const place of ['all', 'library', 'followed', 'public', 'team'] as const)
        for (const some of filters)
          // Each way of sorting comes up with each filter in some round.
          for (const sort of leadSorts.filter(() => desk.random(3) === 0)) {
            const query = leadQuery.parse({ place, filters: some, sort, descending: desk.random(2) === 0 });
            const told = desk.listing.page(query, whole);
            const ids = told.rows.map(({ id }) => id);
            expect(ids.toSorted(), JSON.stringify(query)).toEqual(all.filter((lead) => fits(lead, query)).map(({ id }) => id).toSorted()); // prettier-ignore
            expect(ids).toEqual(fresh.page(query, whole).rows.map(({ id }) => id));
            const keys = told.rows.map((lead) => keyOf(lead, sort)).filter((key) => key !== null);
            expect(keys).toEqual(keys.toSorted((a, b) => (query.descending ? b - a : a - b)));
          }
      for (let times = 0; times < 30; times += 1) desk.act();
    }
  });
});

describe('the first page', () => {
  it('is the same before the columns are read and after, in every place', () => {
    for (const place of ['all', 'library', 'followed', 'public', 'team'] as const) {
      const { listing } = new Desk(7);
      const query = leadQuery.parse({ place });
      const before = [listing.page(query, { offset: 3, limit: 20 }), listing.page(query, whole)];
      while (listing.warm());
      expect([listing.page(query, { offset: 3, limit: 20 }), listing.page(query, whole)]).toEqual(before);
    }
  });
});

describe('words to filter by', () => {
  it('are counted over what the other filters leave, their own aside', () => {
    const { listing, database } = new Desk(5);
    const { filters: some } = leadQuery.parse({ filters: { hasPhone: true, regions: ['深圳'] } });
    const { regions } = listing.words({ place: 'all', search: '', filters: some });
    const wanted = database.read.all(
      `SELECT coalesce(region, '') AS word, count(*) AS count FROM lead WHERE phone IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1`,
    );
    expect(regions.toSorted((a, b) => b.count - a.count || (a.word < b.word ? -1 : 1))).toEqual(wanted);
  });
});

describe('who follows', () => {
  const inOrder = (desk: Desk, descending = false): (string | null)[] => {
    const { rows } = desk.listing.page(leadQuery.parse({ sort: 'owner', descending }), whole);
    return rows.map(({ ownerId }) => ownerId).filter((owner, n, all) => owner !== all[n - 1]);
  };

  it('is sorted by name, nobody last, and anew when somebody is called otherwise or comes', () => {
    const desk = new Desk(11);
    expect(inOrder(desk)).toEqual([colleague, me, nameless, null]);
    expect(inOrder(desk, true)).toEqual([nameless, me, colleague, null]);
    desk.call(colleague, '张德');
    desk.call(me, '安敏');
    expect(inOrder(desk)).toEqual([me, colleague, nameless, null]);
    const [newcomer, one] = [sampleLead(904).id, sampleLead(0).id];
    desk.call(newcomer, '李可');
    putLead(desk.database.write, sampleLead(0, { ownerId: newcomer, claimedAt: 7 }));
    desk.listing.refresh([one], []);
    expect(inOrder(desk)).toEqual([me, newcomer, colleague, nameless, null]);
  });

  it('is counted, and a list is picked from its top', () => {
    const desk = new Desk(12);
    const { owners } = desk.listing.words(leadQuery.parse({}));
    const all = desk.all();
    for (const { word, count } of owners)
      expect(count).toBe(all.filter(({ ownerId }) => (ownerId ?? '') === word).length);
    const query = leadQuery.parse({ place: 'team', sort: 'owner', descending: false });
    const { leads, total } = desk.listing.pick(query, 10);
    const rows = desk.listing.page(query, whole).rows.map(({ id, ownerId }) => ({ id, ownerId }));
    expect([leads, total]).toEqual([rows.slice(0, 10), rows.length]);
  });
});

describe('rows of another generation', () => {
  it('are read anew: their numbers are others', () => {
    const { listing, database } = new Desk(9);
    const { write } = database;
    while (listing.warm());
    write.run('ALTER TABLE lead RENAME TO old_lead');
    write.run('CREATE TABLE lead AS SELECT * FROM old_lead WHERE id > (SELECT min(id) FROM old_lead)');
    expect(listing.page(leadQuery.parse({ sort: 'name' }), whole).total).toBe(249);
  });
});
