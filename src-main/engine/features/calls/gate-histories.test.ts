import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/base/errors.ts';
import type { Outcome } from '#shared/domain/vocabulary.ts';
import { defaultCallRules, everyDay, type CallRules } from '#shared/domain/call-rules.ts';
import { checkDial, type NumberListing } from '#shared/domain/dial-gate.ts';
import { isSampleNumber, readPbxNumber } from '#shared/domain/phone-number.ts';
import { calleeApplier, calleeKey } from './callees.ts';
import { CallsDesk, settle } from './testing/calls-desk.ts';

// No history of what people, queues, colleagues and PBXs do has a channel dial what the pure gate would refuse. The facts are
// kept here anew, from what the channels were asked: nothing of the desk's own bookkeeping is believed.

const numbers = ['+8615400000137', '+8615400000138', '+862154000001', '8002', '110'] as const;
type Number = (typeof numbers)[number];
const ways = ['keypad', 'sip', 'lead', 'queue', 'consult', 'transfer', 'asked'] as const;
const outcomes: readonly (Outcome | null)[] = ['do-not-call', 'interested', null];
const minuteMs = 60_000;

type Step =
  | { readonly do: 'dial'; readonly way: (typeof ways)[number]; readonly to: number; readonly form: number }
  | { readonly do: 'wait'; readonly minutes: number }
  | { readonly do: 'list'; readonly number: number; readonly listed: NumberListing | null }
  | { readonly do: 'verdict'; readonly outcome: Outcome | null }
  | { readonly do: 'colleague'; readonly number: number; readonly outcome: Outcome | null }
  | { readonly do: 'rules'; readonly rules: Partial<CallRules> }
  | { readonly do: 'line'; readonly real: boolean };

/** Mostly one of them: rules are about what was done with it before. */
const at = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(numbers.length - 1));
const closed = everyDay({ startMinute: 600, endMinute: 660 });
const today = { from: '2026-01-05', to: '2026-01-05', name: '示例节', hours: null };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('dial' as const), way: fc.constantFrom(...ways), to: at, form: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(0, 1, 2, 6, 90, 1500) }) },
  fc.record({
    do: fc.constant('list' as const),
    number: at,
    listed: fc.constantFrom(null, { list: 'blacklist' as const, reason: '投诉' }, { list: 'invalid' as const, reason: '' }),
  }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('verdict' as const), outcome: fc.constantFrom(...outcomes) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('colleague' as const), number: at, outcome: fc.constantFrom(...outcomes) }) },
  fc.record({
    do: fc.constant('rules' as const),
    rules: fc.constantFrom<Partial<CallRules>>(
      {}, { gapMinutes: 30 }, { dialsPerNumber: 2 }, { week: closed }, { holidays: [today] },
    ), // prettier-ignore
  }),
  fc.record({ do: fc.constant('line' as const), real: fc.boolean() }),
); // prettier-ignore

/** As people write it. */
function written(number: Number, form: number): string {
  if (!number.startsWith('+86')) return number;
  const national = number.startsWith('+861') ? number.slice(3) : `0${number.slice(3)}`;
  const forms = [number, national, `0086 ${number.slice(3)}`, [...national].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('')]; // prettier-ignore
  return forms[form] ?? number;
}

class History {
  readonly desk = new CallsDesk();
  /** What the gate said of each try that reached a channel, and of those that did not: both must happen. */
  readonly seen = new Set<string>();
  private readonly dials = new Map<Number, number[]>();
  private readonly verdicts = new Map<Number, { at: number; outcome: Outcome }>();
  private last: { id: string; number: Number; at: number } | null = null;
  private requests = 0;

  constructor() {
    for (const number of numbers) this.desk.leads.set(this.leadOf(number), { companyName: '', contactName: null, phone: number, contacts: [], sample: false }); // prettier-ignore
    this.desk.rules = { ...defaultCallRules, week: everyDay({ startMinute: 0, endMinute: 1440 }) };
  }

  async take(next: Step): Promise<void> {
    const { desk } = this;
    switch (next.do) {
      case 'dial':
        return this.dial(next.way, numbers[next.to] ?? '110', next.form);
      case 'wait':
        return void desk.context.clock.advance(next.minutes * minuteMs);
      case 'list': {
        const number = numbers[next.number] ?? '110';
        return void (next.listed ? desk.listed.set(number, next.listed) : desk.listed.delete(number));
      }
      case 'verdict':
        return this.verdict(next.outcome);
      case 'colleague':
        return this.colleague(numbers[next.number] ?? '110', next.outcome);
      case 'rules':
        return void (desk.rules = { ...defaultCallRules, week: everyDay({ startMinute: 0, endMinute: 1440 }), ...next.rules }); // prettier-ignore
      case 'line':
        return void (desk.lineIsReal = next.real);
    }
  }

  /** What the gate must say now, by the facts that were seen from outside. */
  private expected(number: Number): string {
    const { desk } = this;
    const now = desk.context.clock.now();
    const verdict = this.verdicts.get(number);
    const answer = checkDial({
      number: readPbxNumber(number),
      now,
      rules: desk.rules,
      listed: desk.listed.get(number) ?? null,
      refusedAt: verdict?.outcome === 'do-not-call' ? verdict.at : null,
      dialsToCallee: (this.dials.get(number) ?? []).filter((one) => one > now - 1440 * minuteMs),
      lineIsReal: desk.lineIsReal,
      numberIsSample: isSampleNumber(number),
      consent: { openersAllowed: true, opener: null, recording: true },
    });
    return answer.pass ? 'pass' : answer.code;
  }

  private async dial(way: (typeof ways)[number], number: Number, form: number): Promise<void> {
    const typed = written(number, form);
    // These need a call to begin with: an extension's, which the gate lets through.
    const first = way === 'consult' || way === 'transfer' || way === 'asked' ? await this.talk() : null;
    const expected = this.expected(number);
    const before = this.reached();
    const error = await this.ask(way, number, typed, first).then(
      () => null,
      (failure: unknown) => failure,
    );
    const reached = this.reached() > before;
    if (error !== null && !(error instanceof AppError)) throw error;
    expect({ way, number, reached: reached ? 'pass' : (error?.code ?? 'nothing') }).toEqual({
      way,
      number,
      reached: expected,
    });
    this.seen.add(`${way} ${expected}`);
    if (reached && way !== 'transfer') this.noteDial(number);
    await this.endAll();
  }

  private async talk(): Promise<string> {
    const first = await this.desk.dial('8001', { channel: 'sip' });
    this.desk.sip.happen({ type: 'answered' }, first);
    await settle();
    return first;
  }

  private async ask(way: (typeof ways)[number], number: Number, typed: string, first: string | null): Promise<unknown> {
    const { desk } = this;
    const callId = first ?? '';
    switch (way) {
      case 'keypad':
        // The phone knows no extensions; there is nothing to call by it.
        return number === '8002' ? desk.dial(number, { channel: 'sip' }) : desk.dial(typed);
      case 'sip':
        return desk.dial(typed, { channel: 'sip' });
      case 'lead':
        return desk.ask('calls.dial', { number: '', leadId: this.leadOf(number), channel: 'sip' } as never);
      case 'queue':
        return desk.calls.dialLead(
          { leadId: this.leadOf(number), channel: 'sip', slot: null, lineId: null },
          { placed: () => undefined, mayLeave: () => true },
        );
      case 'consult':
        return desk.ask('calls.consult', { callId, number: typed });
      case 'transfer':
        return desk.ask('calls.transfer', { callId, number: typed });
      case 'asked': {
        this.requests += 1;
        const requestId = `01900000-0000-7000-8000-${String(this.requests).padStart(12, '0')}`;
        desk.transfers.request({ requestId, callId, number: typed, attended: false, leftMs: 30_000 });
        return desk.ask('calls.acceptTransfer', { requestId }).finally(() => desk.transfers.over(requestId));
      }
    }
  }

  /** Dials and blind transfers that left the engine. */
  private reached(): number {
    const { phone, sip, transfers } = this.desk;
    return phone.dialled.length + sip.dialled.length + transfers.asked.filter((what) => /^(transfer|accept) /.test(what)).length; // prettier-ignore
  }

  private noteDial(number: Number): void {
    const now = this.desk.context.clock.now();
    this.dials.set(number, [...(this.dials.get(number) ?? []), now]);
    const { call, other } = this.desk.current();
    this.last = { id: (call?.number === number ? call : other)?.id ?? '', number, at: now };
  }

  private async endAll(): Promise<void> {
    for (const { id, channel } of [this.desk.current().call, this.desk.current().other].flatMap((call) => call ?? []))
      this.desk[channel === 'sip' ? 'sip' : 'phone'].happen({ type: 'ended', cause: 'remote-hang-up' }, id);
    await settle();
    // A call taken over from a transfer request comes to the front when the first has ended.
    const { call } = this.desk.current();
    if (call && call.state !== 'ended') this.desk.sip.happen({ type: 'ended', cause: 'remote-hang-up' }, call.id);
    await settle();
  }

  private async verdict(outcome: Outcome | null): Promise<void> {
    if (!this.last) return;
    const { id, number, at: when } = this.last;
    await this.desk.ask('calls.setOutcome', { callId: id, outcome });
    this.outcomes.set(id, { number, at: when, outcome });
    this.judge(number);
    this.tell(number);
  }

  /** Somebody else of the company calls it. */
  private colleague(number: Number, outcome: Outcome | null): void {
    const { clock } = this.desk.context;
    // Never at the very moment of a call of this desk: two dials of one moment are one.
    clock.advance(1);
    const at = clock.now();
    clock.advance(1);
    this.dials.set(number, [...(this.dials.get(number) ?? []), at]);
    this.outcomes.set(`colleague ${this.outcomes.size}`, { number, at, outcome });
    this.judge(number);
    this.tell(number);
    this.seen.add('colleague told');
  }

  private judge(number: Number): void {
    const latest = [...this.outcomes.values()]
      .filter((one) => one.number === number && one.outcome !== null)
      .toSorted((a, b) => b.at - a.at)[0];
    if (latest?.outcome) this.verdicts.set(number, { at: latest.at, outcome: latest.outcome });
    else this.verdicts.delete(number);
  }

  /** What the cloud tells of the number, to which this desk's own calls belong too. */
  private tell(number: Number): void {
    const [verdict, everRefused] = [this.verdicts.get(number), [...this.outcomes.values()].some((one) => one.number === number && one.outcome === 'do-not-call')]; // prettier-ignore
    const row = {
      id: this.leadOf(number),
      key: calleeKey(number),
      dials: (this.dials.get(number) ?? []).toReversed(),
      verdict: verdict && everRefused ? { at: verdict.at, refused: verdict.outcome === 'do-not-call' } : null,
    };
    expect(calleeApplier.apply(this.desk.database.write, [{ id: row.id, row }])).toEqual([]);
  }

  private readonly outcomes = new Map<string, { number: Number; at: number; outcome: Outcome | null }>();

  private leadOf(number: Number): string {
    return `01900000-0000-7000-8000-0000000001${String(numbers.indexOf(number)).padStart(2, '0')}`;
  }
}

/** Each rule refuses each way once. */
const throughAllRules = (way: (typeof ways)[number]): Step[] => {
  const dial: Step = { do: 'dial', way, to: 0, form: 1 };
  const rules = (some: Partial<CallRules>): Step => ({ do: 'rules', rules: some });
  const listed = (list: NumberListing['list'] | null): Step => ({ do: 'list', number: 0, listed: list && { list, reason: '' } }); // prettier-ignore
  const verdict = (outcome: Outcome): Step => ({ do: 'verdict', outcome });
  return [
    ...[dial, { ...dial, way: 'keypad' }, rules({ gapMinutes: 30 }), dial, rules({ holidays: [today] }), dial],
    ...[rules({}), verdict('do-not-call'), dial, verdict('interested'), listed('blacklist'), dial, listed('invalid'), dial],
    ...[listed(null), { do: 'wait', minutes: 1500 }, { do: 'colleague', number: 0, outcome: 'do-not-call' }, dial],
    ...[{ do: 'colleague', number: 0, outcome: 'interested' }, dial, { do: 'colleague', number: 0, outcome: null }, dial, { do: 'wait', minutes: 1500 }],
    ...[{ do: 'line', real: true }, dial, { do: 'line', real: false }],
    ...([dial, { ...dial, way: 'keypad' }, { ...dial, way: 'sip' }, dial, rules({ week: closed }), dial] as const),
  ] as Step[]; // prettier-ignore
};

describe('every way to dial', () => {
  it('reaches a channel when, and only when, the gate lets it', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 40 }), async (steps) => {
        const history = new History();
        await history.desk.calls.start();
        for (const next of steps) await history.take(next);
        for (const what of history.seen) seen.add(what);
      }),
      { numRuns: 16, seed: 20_261_005, examples: ways.map((way) => [throughAllRules(way)]) },
    );
    // Each way was taken, and was refused; each rule has refused something.
    for (const way of ways) {
      expect([...seen]).toContain(`${way} pass`);
      expect([...seen].some((what) => what.startsWith(`${way} gate.`))).toBe(true);
    }
    const refusals = new Set([...seen].map((what) => what.split(' ')[1]));
    for (const code of [
      'blacklisted',
      'number-invalid',
      'refused',
      'day-off',
      'too-soon',
      'too-frequent',
      'sample-data',
    ])
      expect(refusals).toContain(`gate.${code}`);
  });
});
