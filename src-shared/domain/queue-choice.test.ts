import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standingRefusal, type StandingFacts } from './dial-gate.ts';
import { looksDead } from './number-check.ts';
import {
  leftOutReasons,
  QueueChoice,
  type ChoiceRules,
  type ChosenLeads,
  type LeftOutReason,
  type QueueCandidate,
} from './queue-choice.ts';
import { numberChecks } from './vocabulary.ts';

const open: StandingFacts = { listed: null, refusedAt: null };
const all: ChoiceRules = { order: 'given', dead: false, colleagues: false, room: 5_000 };
const lead = (leadId: string, part: Partial<QueueCandidate> = {}): QueueCandidate => ({
  leadId,
  phone: '+8615400000101',
  numberCheck: 'unchecked',
  ofColleague: false,
  lastCallAt: null,
  ...part,
});

interface Given {
  readonly rules?: Partial<ChoiceRules>;
  readonly queued?: { leadIds: string[]; numbers: string[] };
  readonly known?: Readonly<Record<string, StandingFacts>>;
}

function choose(leads: readonly QueueCandidate[], { rules, queued, known = {} }: Given = {}): ChosenLeads {
  const standing = (e164: string): StandingFacts => known[e164] ?? open;
  const choice = new QueueChoice({ ...all, ...rules }, queued ?? { leadIds: [], numbers: [] }, standing);
  for (const one of leads) if (!choice.isFull) choice.take(one);
  return choice.result(leads.length);
}
const found = ({ leftOut }: ChosenLeads): Partial<Record<LeftOutReason, number>> =>
  Object.fromEntries(Object.entries(leftOut).filter(([, count]) => count > 0));

describe('whom a queue calls', () => {
  it('leaves out whom nobody may or can call, each under the first reason', () => {
    const [free, black, dead, no] = ['+8615400000102', '+8615400000103', '+8615400000104', '+8615400000105'];
    const leads = [
      lead('a'),
      lead('twice'),
      lead('none', { phone: null }),
      lead('words', { phone: '张三' }),
      lead('police', { phone: '110' }),
      lead('black', { phone: black }),
      lead('black too', { phone: black, ofColleague: true }),
      lead('invalid', { phone: dead }),
      lead('said no', { phone: no }),
      lead('in it', { phone: free }),
      lead('number in it', { phone: '154 0000 0109' }),
    ];
    const known = {
      [black]: { ...open, listed: { list: 'blacklist', reason: '' } },
      [dead]: { ...open, listed: { list: 'invalid', reason: '' } },
      [no]: { ...open, refusedAt: 1 },
    } as const;
    const answer = choose(leads, { known, queued: { leadIds: ['in it'], numbers: ['+8615400000109'] } });
    expect(answer.leadIds).toEqual(['a']);
    expect(found(answer)).toEqual({
      ...{ 'same-number': 1, 'no-number': 1, 'not-a-number': 2, blacklisted: 2 },
      ...{ 'number-invalid': 1, refused: 1, queued: 2 },
    });
  });

  it('calls dead numbers and colleagues’ customers where the person wants it, and counts them all the same', () => {
    const leads = [
      lead('a', { ofColleague: true }),
      lead('b', { phone: '+8615400000102', numberCheck: 'empty' }),
      lead('c', { phone: '+8615400000103', numberCheck: 'suspended', ofColleague: true }),
    ];
    expect(choose(leads).leadIds).toEqual([]);
    expect(found(choose(leads))).toEqual({ colleague: 2, dead: 1 });
    expect(choose(leads, { rules: { colleagues: true } }).leadIds).toEqual(['a']);
    const both = choose(leads, { rules: { colleagues: true, dead: true } });
    expect([both.leadIds, found(both)]).toEqual([['a', 'b', 'c'], { colleague: 2, dead: 2 }]);
  });

  it('takes as many as there is room for from the top, and says how many nobody has looked at', () => {
    const leads = Array.from({ length: 9 }, (_, n) => lead(`${n}`, { phone: n === 1 ? null : `+861540000020${n}` }));
    const answer = choose(leads, { rules: { room: 3 } });
    expect([answer.leadIds, answer.beyond, found(answer)]).toEqual([['0', '2', '3'], 5, { 'no-number': 1 }]);
  });

  it('longest-uncalled: of those it took, never called first, and else as given', () => {
    const at = [500, null, 300, null].map((lastCallAt, n) => lead(`${n}`, { lastCallAt, phone: `+861540000020${n}` }));
    expect(choose(at, { rules: { order: 'longest-uncalled' } }).leadIds).toEqual(['1', '3', '2', '0']);
  });

  it('whatever the list: everybody is in it, left out or not looked at, nobody twice, and the gate refuses none of them', () => {
    const phones = fc.constantFrom(null, '', '110', '8001', ...[1, 2, 3, 4, 5].map((n) => `1540000020${n}`));
    const candidates = fc.uniqueArray(
      fc.record({
        leadId: fc.nat(30).map(String),
        phone: phones,
        numberCheck: fc.constantFrom(...numberChecks),
        ofColleague: fc.boolean(),
        lastCallAt: fc.option(fc.nat(5)),
      }),
      { selector: ({ leadId }) => leadId, maxLength: 20 },
    );
    const facts: fc.Arbitrary<StandingFacts> = fc.record({
      listed: fc.option(fc.record({ list: fc.constantFrom('blacklist' as const, 'invalid' as const), reason: fc.constant('') })), // prettier-ignore
      refusedAt: fc.option(fc.nat()),
    });
    const known = fc.dictionary(fc.constantFrom(...[1, 2, 3].map((n) => `+861540000020${n}`)), facts);
    const rules = fc.record({
      order: fc.constantFrom('given' as const, 'longest-uncalled' as const),
      dead: fc.boolean(),
      colleagues: fc.boolean(),
      room: fc.integer({ min: 0, max: 8 }),
    });
    const met = new Set<string>();
    fc.assert(
      fc.property(candidates, known, rules, fc.array(fc.nat(30).map(String)), (leads, by, asked, queued) => {
        const answer = choose(leads, { rules: asked, known: by, queued: { leadIds: queued, numbers: [] } });
        const chosen = answer.leadIds.flatMap((id) => leads.find(({ leadId }) => leadId === id) ?? []);
        expect(chosen.length).toBe(new Set(answer.leadIds).size);
        expect(new Set(chosen.map(({ phone }) => phone)).size).toBe(chosen.length);
        expect(chosen.length).toBeLessThanOrEqual(asked.room);
        for (const { leadId, phone, numberCheck, ofColleague } of chosen) {
          expect(queued).not.toContain(leadId);
          expect(standingRefusal(by[`+86${phone}`] ?? open)).toBeNull();
          expect((asked.dead || !looksDead(numberCheck)) && (asked.colleagues || !ofColleague)).toBe(true);
        }
        const strict = choose(leads, { rules: { ...asked, dead: false, colleagues: false }, known: by });
        const sum = Object.values(strict.leftOut).reduce((total, count) => total + count, 0);
        expect(strict.leadIds.length + sum + strict.beyond).toBe(leads.length);
        for (const reason of Object.keys(found(answer))) met.add(reason);
      }),
      { numRuns: 500 },
    );
    expect(leftOutReasons.filter((reason) => !met.has(reason))).toEqual([]);
  });
});
