import { sleep } from '#shared/base/clock.ts';
import type { CheckedNumber } from '#shared/domain/number-check.ts';
import { AppError } from '#shared/base/errors.ts';
import { leadQuery, type leadsArea, type DueFollowUps, type LeadNote, type LeadQuery, type LeadRow, type LeadSelection } from '#shared/desk-contract/areas/leads.ts'; // prettier-ignore
import type { leadBulkArea } from '#shared/desk-contract/areas/lead-bulk.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { refusalsOf, withWish } from './problems.ts';
import { fakeId } from './sample.ts';
import type { FakeWorld } from './world.ts';

const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** Rows say whose they are by name. */
const ownerOf = ({ ownerName }: LeadRow): string | null => people.find(({ name }) => name === ownerName)?.id ?? null;

function isIn({ following, released }: LeadRow, place: LeadQuery['place']): boolean {
  if (place === 'followed') return following === 'me' || following === 'wished';
  if (place === 'team') return following === 'colleague';
  return place === 'all' || (following === 'nobody' && (released !== null) === (place === 'public'));
}

function matches(lead: LeadRow, { place, search, filters }: LeadSelection): boolean {
  const digits = digitsOf(search);
  const isFound =
    search === '' ||
    lead.companyName.includes(search) ||
    (lead.contactName?.includes(search) ?? false) ||
    (digits.length > 1 && (lead.phone?.endsWith(digits) ?? false));
  const { called, outcomes, numberChecks, regions, industries, hasPhone, stages, tags, followUp, owners } = filters;
  return (
    isIn(lead, place) &&
    isFound &&
    (called === null || called === lead.callCount > 0) &&
    (outcomes.length === 0 || (lead.lastOutcome !== null && outcomes.includes(lead.lastOutcome))) &&
    (numberChecks.length === 0 || numberChecks.includes(lead.numberCheck)) &&
    (regions.length === 0 || regions.includes(lead.region ?? '')) &&
    (industries.length === 0 || industries.includes(lead.industry ?? '')) &&
    (owners.length === 0 || owners.includes(ownerOf(lead) ?? '')) &&
    (stages.length === 0 || stages.includes(lead.stage)) &&
    (tags.length === 0 || lead.tags.some((tag) => tags.includes(tag))) &&
    (followUp === null || (followUp === 'none') === (lead.nextFollowUpAt === null)) &&
    (hasPhone === null || hasPhone === (lead.phone !== null))
  );
}

const orders: Record<LeadQuery['sort'], (a: LeadRow, b: LeadRow) => number> = {
  newest: (a, b) => (a.id < b.id ? 1 : -1),
  name: (a, b) => a.companyName.localeCompare(b.companyName, 'zh'),
  capital: (a, b) => (a.registeredCapital ?? 0) - (b.registeredCapital ?? 0),
  'last-call': (a, b) => (a.lastCallAt ?? 0) - (b.lastCallAt ?? 0),
  'last-follow-up': (a, b) => (a.lastFollowUpAt ?? 0) - (b.lastFollowUpAt ?? 0),
  claimed: (a, b) => (a.claimedAt ?? 0) - (b.claimedAt ?? 0),
  'next-follow-up': (a, b) => (a.nextFollowUpAt ?? 9e15) - (b.nextFollowUpAt ?? 9e15),
  owner: (a, b) => (a.ownerName ?? '').localeCompare(b.ownerName ?? '', 'zh'),
  released: (a, b) => (a.released?.at ?? 0) - (b.released?.at ?? 0),
};

function counted(words: readonly (string | null)[]): { word: string; count: number }[] {
  const groups = Object.groupBy(words, (word) => word ?? '');
  return Object.entries(groups)
    .map(([word, all = []]) => ({ word, count: all.length }))
    .sort((a, b) => b.count - a.count);
}

const people = [
  { id: fakeId(9, 1), name: '林晓', department: '销售一部', follows: 212 },
  { id: fakeId(9, 2), name: '周敏', department: '销售一部', follows: 96 },
  { id: fakeId(9, 3), name: '欧阳若兰', department: '销售一部', follows: 300 },
  { id: fakeId(9, 4), name: '陈志远', department: '销售二部', follows: 41 },
];

/** What had happened to a lead before. */
function sampleStory({ stage, ownerName }: LeadRow, now: number): LeadNote[] {
  if (stage === 'new') return [];
  const event = (n: number, one: LeadNote['event']): LeadNote => ({ id: fakeId(8, 800 + n), employeeName: n === 3 ? '赵经理' : (ownerName ?? '林晓'), text: '', event: one, at: now - n * 90_000_000 }); // prettier-ignore
  return [
    event(1, { kind: 'stage', before: 'contacted', after: stage }),
    { id: fakeId(8, 790), employeeName: '林晓', text: '月底前要报价，问了交期', event: null, at: now - 100_000_000 },
    { ...event(4, { kind: 'called', direction: 'outbound', result: 'connected', talkMs: 184_000, outcome: 'interested' }), text: '采购周三回来，让我们先发样册' }, // prettier-ignore
    event(5, { kind: 'called', direction: 'outbound', result: 'no-answer' }),
    event(2, { kind: 'stage', before: 'new', after: 'contacted' }),
    event(3, { kind: 'assigned', from: '周敏', to: ownerName ?? '林晓' }),
  ];
}

/** Of realtime-12. */
const codes: Partial<Record<LeadRow['numberCheck'], string>> = { valid: '1', empty: '2', suspended: '3', silent: '10', risky: '11' }; // prettier-ignore

/** As the list has it, and one that the provider knows nothing of. */
const sampleChecks = ({ phone, numberCheck, checkedAt }: LeadRow): CheckedNumber[] => {
  if (checkedAt === null) return [];
  const by = { family: 'realtime-12', provider: 'simulated', at: checkedAt, by: '林晓' };
  const other: CheckedNumber = { ...by, number: '+8615400008801', state: 'unknown', raw: '6' };
  return phone === null
    ? [other]
    : [{ ...by, number: phone, state: numberCheck, raw: codes[numberCheck] ?? '6' }, other];
};

export function leadHandlers(world: FakeWorld): Handlers<typeof leadsArea> & Handlers<typeof leadBulkArea> {
  const notes = new Map<string, LeadNote[]>();
  const find = (id: string): LeadRow => {
    const lead = world.leads.find((each) => each.id === id);
    if (!lead) throw new AppError('not-found');
    return lead;
  };
  function change(id: string, part: Partial<LeadRow>): void {
    const at = world.leads.findIndex((each) => each.id === id);
    if (at >= 0) world.leads[at] = { ...find(id), ...part };
    const { value: call } = world.call;
    if (call?.leadId === id) world.changeCall(call.id, {});
    world.revision.set(world.revision.value + 1);
  }
  const wish = { following: 'wished', ownerName: '林晓', claimedAt: null, released: null, wish: { deed: 'lead-claim', refused: null } } as const; // prettier-ignore
  function list({ sort, descending, ...selection }: LeadQuery): LeadRow[] {
    const found = world.leads.filter((lead) => matches(lead, selection)).sort(orders[sort]);
    return descending ? found.reverse() : found;
  }
  return {
    async 'leads.list'({ query, offset, limit }) {
      await sleep(world.clock, 30);
      const found = list(query);
      const rows = found.slice(offset, offset + limit).map((row) => withWish(row, world.problems.value));
      return { rows, total: found.length };
    },
    'leads.words'({ selection }) {
      const found = world.leads.filter((lead) => matches(lead, selection));
      return { regions: counted(found.map(({ region }) => region)), industries: counted(found.map(({ industry }) => industry)), tags: counted(found.flatMap(({ tags }) => tags)), owners: counted(found.map(ownerOf)).map((one) => ({ ...one, name: people.find(({ id }) => id === one.word)?.name ?? '' })) }; // prettier-ignore
    },
    'leads.get': ({ id }) => ({
      ...withWish(find(id), world.problems.value),
      refused: world.problems.value.filter(({ subject }) => subject === find(id).companyName),
      address: '示例市经济开发区创业路 18 号',
      legalPerson: '张示例',
      creditCode: null,
      createdAt: world.clock.now() - 86_400_000,
      standing: find(id).following === 'me' ? { recycleAt: world.clock.now() + 9 * 86_400_000, protectedUntil: world.clock.now() + 4 * 86_400_000, keptAs: null } : null, // prettier-ignore
      mayWork: find(id).following === 'me' || world.session.value.employee?.role !== 'agent',
      mayDelete: world.session.value.employee?.role === 'admin',
      contacts:
        find(id).stage === 'new'
          ? []
          : [{ id: fakeId(8, 900), name: '王采购', title: '采购经理', phone: '+8615400008801', note: '上午在' }],
      checks: sampleChecks(find(id)),
      notes: notes.get(id) ?? sampleStory(find(id), world.clock.now()),
    }),
    'leads.claim': ({ ids }) => (ids.forEach((id) => change(id, wish)), { claimed: ids.length }),
    'leads.completeAndClaim': ({ id, fields }) => (change(id, { ...(fields as Partial<LeadRow>), ...wish }), null),
    'leads.claimAll'({ query, most }) {
      const some = list(query).slice(0, most);
      for (const { id } of some) change(id, wish);
      return { claimed: some.length };
    },
    'leads.release'({ ids, reason }) {
      for (const id of ids) change(id, { following: 'nobody', claimedAt: null, released: { at: world.clock.now(), reason } }); // prettier-ignore
      return { released: ids.length };
    },
    'leads.assign': ({ gifts }) => {
      for (const { to, ids } of gifts) for (const id of ids) change(id, { following: 'colleague', ownerName: people.find((one) => one.id === to)?.name ?? null }); // prettier-ignore
      return { assigned: gifts.reduce((sum, { ids }) => sum + ids.length, 0) };
    },
    'leadBulk.look'({ what }) {
      const found = what.of === 'list' ? list(what.query) : what.ids.map(find);
      return {
        leads: found.slice(0, 5000).map((lead) => ({ id: lead.id, ownerId: ownerOf(lead) })),
        total: found.length,
      };
    },
    'leadBulk.start'({ deed }) {
      const names = (id: string): string => people.find((one) => one.id === id)?.name ?? '';
      const given = deed.kind === 'assign' ? deed.gifts.map(({ to, ids }) => ({ name: names(to), count: Math.round(ids.length / 3) })) : []; // prettier-ignore
      const of = deed.kind === 'assign' ? deed.gifts.reduce((sum, { ids }) => sum + ids.length, 0) : deed.ids.length;
      const done = Math.round(of / 3);
      world.bulk.set({ id: fakeId(8, 990), kind: deed.kind, state: 'running', problem: null, startedAt: world.clock.now(), of, done, passed: 0, people: given, waiting: done, refused: 0 }); // prettier-ignore
      return null;
    },
    'leadBulk.stop': () => (world.bulk.set(world.bulk.value && { ...world.bulk.value, state: 'stopped', refused: 12 }), null), // prettier-ignore
    'leadBulk.seen': () => (world.bulk.set(null), null),
    'leads.assignees': () => ({ people }),
    'leads.edit': ({ id, fields }) => (change(id, fields as Partial<LeadRow>), null),
    'leads.addNote'({ id, text }) {
      const note = { id: fakeId(8, notes.size), employeeName: '林晓', text, event: null, at: world.clock.now() };
      notes.set(id, [note, ...(notes.get(id) ?? [])]);
      change(id, { lastFollowUpAt: world.clock.now() });
      return null;
    },
    'leads.settleRefused'({ reason }) {
      const group = refusalsOf(world.problems.value).find(({ kind, code, by }) => kind === reason.kind && code === reason.code && by === reason.by); // prettier-ignore
      for (const { opId } of group?.first ?? []) world.settleProblem(opId);
      world.revision.set(world.revision.value + 1);
      return { settled: group?.count ?? 0 };
    },
    'leads.handedSeen': ({ batch }) => {
      world.handed.set({ batches: world.handed.value.batches.filter(({ id }) => id !== batch), rings: null });
      return null;
    },
    'leads.limits': () => ({ claimsPerDay: 50, holdLimit: 300, formerOwnerDays: 7, newLeadClaimDays: 2, claimedToday: 12, followed: list(leadQuery.parse({ place: 'followed' })).length }), // prettier-ignore
    'leads.delete'({ id }) {
      world.leads.splice(world.leads.indexOf(find(id)), 1);
      world.revision.set(world.revision.value + 1);
      return null;
    },
  };
}

/** What the person has planned, and whose time has come. */
export function dueOf(world: FakeWorld): DueFollowUps {
  const due = world.leads
    .filter(({ following, nextFollowUpAt }) => following === 'me' && (nextFollowUpAt ?? Infinity) <= world.clock.now())
    .map(({ id, companyName, contactName, phone, nextFollowUpAt, nextFollowUpNote }) => ({ leadId: id, companyName, contactName, phone, at: nextFollowUpAt ?? 0, note: nextFollowUpNote })); // prettier-ignore
  return { due: due.slice(0, 50), count: due.length, rings: world.rings ? (due[0]?.leadId ?? null) : null };
}
