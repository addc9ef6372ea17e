import { sleep, type Clock } from '#shared/base/clock.ts';
import type { CallView, SoundQuality } from '#shared/desk-contract/areas/calls.ts';
import type { LeadBulk } from '#shared/desk-contract/areas/lead-bulk.ts';
import type { HandedLeads, LeadRow } from '#shared/desk-contract/areas/leads.ts';
import type { Opener } from '#shared/desk-contract/areas/media.ts';
import type { AgentView, SessionState, SyncProblem, SyncState } from '#shared/desk-contract/areas/session.ts';
import type { PhoneKeys, PhoneState } from '#shared/desk-contract/areas/phone.ts';
import type { SelfTest } from '#shared/desk-contract/areas/self-test.ts';
import type { SipState } from '#shared/desk-contract/areas/sip.ts';
import type { Settings, ShellState } from '#shared/desk-contract/areas/settings.ts';
import { Cell } from './cell.ts';
import type { CompanyKind } from './company-kinds.ts';
import type { FakeQueueOptions } from './dial-queue.ts';
import { FakeExports } from './exports.ts';
import type { FakeDay } from './workbench.ts';
import { FakeImports } from './imports.ts';
import { fakePlace } from './places.ts';
import { FakeOutcomes } from './outcomes.ts';
import { FakeNumberChecks } from './number-checks.ts';
import { noSelfTest } from './self-test.ts';
import { sampleProblems } from './problems.ts';
import { emptyCall, fakeId, sampleCalls, sampleLeads, sampleOpeners, samplePhone, sampleSettings } from './sample.ts';

export interface FakeOptions {
  readonly phase?: SessionState['phase'];
  readonly settings?: Partial<Settings>;
  readonly phone?: Partial<PhoneState>;
  readonly keys?: Partial<PhoneKeys>;
  readonly session?: Partial<SessionState>;
  readonly leads?: number;
  /** None: the screens of the fake desk are about the phone. */
  readonly sipLines?: SipState['lines'];
  readonly company?: CompanyKind;
  /** The company has 话后结果 of its own, and 通话话术. */
  readonly ownOutcomes?: boolean;
  readonly scripts?: boolean;
  /** 批量外呼 that is there when the window opens. */
  readonly queue?: FakeQueueOptions;
  /** A plan rings as the window opens. */
  readonly rings?: boolean;
  /** What 工作台 shows; busy. */
  readonly day?: FakeDay;
}

/** A desk without an engine: enough behaviour to look at every screen and to build them. Not used by any test of rules. */
export class FakeWorld {
  readonly clock: Clock;
  readonly rings: boolean;
  readonly day: FakeDay;
  readonly session: Cell<SessionState>;
  readonly sync: Cell<SyncState>;
  readonly bulk = new Cell<LeadBulk | null>(null);
  readonly handed = new Cell<HandedLeads>({ batches: [], rings: null });
  readonly problems: Cell<readonly SyncProblem[]>;
  readonly agent: Cell<AgentView>;
  readonly settings: Cell<Settings>;
  readonly shell = new Cell<ShellState>({ globalCutIn: 'registered', opensDialLinks: false, dialLink: null });
  readonly phone: Cell<PhoneState>;
  readonly keys: Cell<PhoneKeys>;
  readonly selfTest = new Cell<SelfTest>(noSelfTest);
  readonly openers: Cell<Opener[]>;
  readonly call = new Cell<CallView | null>(null);
  /** How it is heard, where it is a SIP call. */
  readonly lineQuality = new Cell<SoundQuality['line']>(null);
  /** The second call beside it. */
  other: CallView | null = null;
  readonly revision = new Cell(1);
  readonly sipLines: SipState['lines'];
  readonly company: CompanyKind;
  readonly leads: LeadRow[];
  readonly exports: FakeExports;
  readonly imports: FakeImports;
  readonly outcomes: FakeOutcomes;
  readonly checks: FakeNumberChecks;
  readonly calls: CallView[];
  private answeredMono = 0;
  private startedMono = 0;
  private made = 10_000;

  constructor(clock: Clock, options: FakeOptions = {}) {
    this.clock = clock;
    const now = clock.now();
    this.imports = new FakeImports(clock);
    this.outcomes = new FakeOutcomes(options.ownOutcomes ?? false, options.scripts ?? false);
    this.exports = new FakeExports(clock, (list) => (list === 'leads' ? this.leads : this.calls).length);
    this.checks = new FakeNumberChecks(clock);
    this.rings = options.rings ?? false;
    this.day = options.day ?? 'busy';
    this.leads = sampleLeads(options.leads ?? 300, now);
    this.calls = this.leads.length > 0 ? sampleCalls(this.leads, 140, now) : [];
    this.sipLines = options.sipLines ?? [];
    this.company = options.company ?? 'sample';
    this.settings = new Cell({ ...sampleSettings(), ...options.settings });
    this.phone = new Cell({ ...samplePhone(now), ...options.phone });
    this.keys = new Cell({ ...noKeys, ...options.keys });
    this.openers = new Cell(sampleOpeners(now));
    this.sync = new Cell<SyncState>({
      state: 'synced',
      refused: 0,
      pendingRows: 0,
      pendingRecordings: 0,
      lastSyncAt: now - 40_000,
      problem: null,
      clockOffMs: 0,
      reading: null,
    });
    this.problems = new Cell<readonly SyncProblem[]>([]);
    this.agent = new Cell<AgentView>({
      effective: 'idle',
      chosen: 'idle',
      breakReason: null,
      since: now,
      wrapUp: null,
    });
    this.session = new Cell(blankSession);
    this.enter(options.phase ?? 'signed-in');
    this.session.patch(options.session ?? {});
  }

  enter(phase: SessionState['phase'], account = 'linxiao'): void {
    const environment = phase === 'choose-environment' ? null : ('demo' as const);
    const who = demoAccounts.find((each) => each.account === account) ?? demoAccounts[0];
    this.session.patch({
      phase,
      environment,
      preparing: phase === 'preparing' ? { step: 'cloud', progress: 0.42 } : null,
      demoAccounts: environment ? demoAccounts : [],
      employee:
        phase === 'signed-in' && who
          ? { id: fakeId(3, 0), name: who.name, account: who.account, role: who.role, department: '销售一部' }
          : null,
      company: phase === 'signed-in' ? { id: fakeId(6, 0), name: '示例科技有限公司', sample: true } : null,
    });
  }

  times(): { now: number; waitMs: number; talkMs: number } {
    const call = this.call.value;
    const mono = this.clock.mono();
    const waitMs =
      call?.waitMs ?? (call ? Math.round((call.answeredAt ? this.answeredMono : mono) - this.startedMono) : 0);
    const talkMs = call?.talkMs ?? (call?.answeredAt ? Math.round(mono - this.answeredMono) : 0);
    return { now: this.clock.now(), waitMs, talkMs };
  }

  dial(number: string, leadId: string | null): string {
    const lead = this.leads.find((each) => each.id === leadId);
    this.startedMono = this.clock.mono();
    const call: CallView = {
      ...emptyCall(fakeId(4, (this.made += 1)), this.clock.now()),
      state: 'dialing',
      number,
      numberTyped: number,
      leadId,
      place: fakePlace(number),
      customerName: lead?.companyName ?? null,
      contactName: lead?.contactName ?? null,
    };
    this.call.set(call);
    this.agent.patch({ effective: 'busy', since: call.startedAt });
    void this.play(call.id);
    return call.id;
  }

  /** Somebody calls: rings where nothing else is up, else waits beside it. */
  ring(leadIndex: number): void {
    const lead = this.leads[leadIndex];
    const live = this.call.value !== null && this.call.value.state !== 'ended';
    const call: CallView = {
      ...emptyCall(fakeId(4, (this.made += 1)), this.clock.now()),
      direction: 'inbound',
      state: live ? 'waiting' : 'incoming',
      number: lead?.phone ?? '',
      place: fakePlace(lead?.phone ?? ''),
      leadId: lead?.id ?? null,
      customerName: lead?.companyName ?? null,
      contactName: lead?.contactName ?? null,
      slotReason: null,
      line: null,
    };
    if (live) this.showBoth(this.call.value, call);
    else {
      this.startedMono = this.clock.mono();
      this.call.set(call);
    }
    this.agent.patch({ effective: 'busy', since: this.clock.now() });
  }

  /** Takes the call that rings; one that is spoken is held for it. */
  answer(callId: string): void {
    const { value } = this.call;
    const ringing = this.other?.id === callId ? this.other : value;
    if (!ringing) return;
    this.answeredMono = this.clock.mono();
    const taken: CallView = { ...ringing, state: 'active', answeredAt: this.clock.now() };
    this.showBoth(taken, value && value.id !== callId ? { ...value, state: 'held' } : this.other);
  }

  showBoth(call: CallView | null, other: CallView | null): void {
    this.other = other;
    this.call.set(call);
  }

  hangUp(endCause: CallView['endCause'] = 'local-hang-up'): void {
    const call = this.call.value;
    if (!call || call.state === 'ended') return;
    const { waitMs, talkMs } = this.times();
    const ended: CallView = {
      ...call,
      state: 'ended',
      endedAt: this.clock.now(),
      waitMs,
      talkMs: call.answeredAt ? talkMs : 0,
      endCause,
      opener: call.opener?.state === 'playing' ? { ...call.opener, state: 'finished' } : call.opener,
      result: call.answeredAt ? 'connected' : 'cancelled',
    };
    const lacking = this.looked(ended);
    this.calls.unshift(lacking);
    this.call.set(lacking);
    this.revision.set(this.revision.value + 1);
    const since = this.clock.now();
    const ms = this.settings.value.wrapUpSeconds * 1000;
    this.agent.patch({ effective: 'wrap-up', since, wrapUp: { until: since + ms } });
    this.clock.after(ms, () => {
      if (this.agent.value.since === since && this.agent.value.wrapUp?.until !== null) this.endWrapUp();
    });
  }

  private looked(call: CallView): CallView {
    return call.state === 'ended' ? { ...call, missing: this.gapsOf(call) } : call;
  }

  gapsOf(call: CallView): CallView['missing'] {
    return this.outcomes.gaps(
      call,
      this.leads.find(({ id }) => id === call.leadId),
    );
  }

  /** What the call in the dock still lacks. */
  get owed(): CallView['missing'] {
    const call = this.call.value;
    return call?.state === 'ended' ? this.gapsOf(call) : [];
  }

  endWrapUp(): void {
    if (this.owed.length > 0) return this.agent.patch({ wrapUp: { until: null } });
    this.agent.patch({ effective: this.agent.value.chosen, wrapUp: null });
  }

  changeCall(id: string, part: Partial<CallView>): void {
    const at = this.calls.findIndex((each) => each.id === id);
    const kept = this.calls[at];
    if (kept) this.calls[at] = this.looked({ ...kept, ...part });
    if (this.call.value?.id === id) this.call.set(this.looked({ ...this.call.value, ...part }));
    this.revision.set(this.revision.value + 1);
  }

  /** The cloud did not take one of each kind. */
  refuse(): void {
    this.problems.set(
      sampleProblems(
        this.clock.now(),
        [1, 4, 3].map((n) => this.leads[n]?.companyName ?? ''),
      ),
    );
    this.sync.patch({ refused: this.problems.value.length });
  }

  /** A manager gives leads, and the rule takes some. */
  hand(): void {
    const names = this.leads.slice(0, 3).map(({ companyName }) => companyName);
    const at = this.clock.now();
    const given = { id: fakeId(7, 1), kind: 'given', by: '赵经理', count: 500, at, names } as const;
    const taken = { id: fakeId(7, 2), kind: 'taken-back', by: null, count: 3, at: at - 7_200_000, names } as const;
    this.handed.set({ batches: [given, taken], rings: given.id });
  }

  settleProblem(opId: string): void {
    this.problems.set(this.problems.value.filter((each) => each.opId !== opId));
    this.sync.patch({ refused: this.problems.value.length });
  }

  private async play(id: string): Promise<void> {
    const mine = (): CallView | null =>
      this.call.value?.id === id && !this.call.value.endedAt ? this.call.value : null;
    await sleep(this.clock, 900);
    const dialing = mine();
    if (dialing) this.call.set({ ...dialing, state: 'alerting', alertingAt: this.clock.now() });
    await sleep(this.clock, 1800);
    const ringing = mine();
    if (!ringing) return;
    this.answeredMono = this.clock.mono();
    const [chosen] = this.openers.value;
    const startedAt = this.clock.now();
    this.call.set({
      ...ringing,
      state: 'active',
      answeredAt: startedAt,
      opener: chosen
        ? {
            openerId: chosen.id,
            name: chosen.name,
            text: chosen.text,
            durationMs: chosen.durationMs,
            startedAt,
            heardMs: 0,
            state: 'playing',
          }
        : null,
    });
    await this.playOpener(mine);
  }

  private async playOpener(mine: () => CallView | null): Promise<void> {
    for (;;) {
      await sleep(this.clock, 250);
      const call = mine();
      if (!call?.opener || call.opener.state !== 'playing') return;
      const heardMs = Math.min(call.opener.durationMs, this.times().talkMs);
      const state = heardMs >= call.opener.durationMs ? 'finished' : 'playing';
      this.call.set({ ...call, opener: { ...call.opener, heardMs, state } });
    }
  }
}

const noKeys: PhoneKeys = {
  connected: false,
  name: null,
  lastKey: null,
  dialField: { rev: 0, digits: '', redial: false },
  problem: null,
};

const demoAccounts: SessionState['demoAccounts'] = [
  { account: 'linxiao', password: 'demo', name: '林晓', role: 'agent' },
  { account: 'zhaomin', password: 'demo', name: '赵敏', role: 'manager' },
  { account: 'admin', password: 'demo', name: '管理员', role: 'admin' },
];

const blankSession: SessionState = {
  phase: 'choose-environment',
  environment: null,
  preparing: null,
  problem: null,
  cloudUrl: null,
  demoAccounts: [],
  lastAccount: null,
  employee: null,
  company: null,
  offlineUntil: null,
};
