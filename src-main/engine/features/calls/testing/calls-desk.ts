import { onTestFinished } from 'vitest';
import { Emitter } from '#shared/base/emitter.ts';
import type { Settings } from '#shared/desk-contract/areas/settings.ts';
import type { CallView, CurrentCall } from '#shared/desk-contract/areas/calls.ts';
import type { CommandInput, CommandName, CommandOutput, StreamItem, StreamName } from '#shared/desk-contract/kit.ts';
import { callsArea } from '#shared/desk-contract/areas/calls.ts';
import type { LineRef } from '#shared/domain/call-channel.ts';
import { defaultCallRules, everyDay, type CallHours, type CallRules } from '#shared/domain/call-rules.ts';
import type { NumberListing } from '#shared/domain/dial-gate.ts';
import { placeOf, type HeadBook } from '#shared/domain/number-place.ts';
import { wideCaps } from '#tests/support/wide-caps.ts';
import { builtInOutcomes, type OutcomeSet } from '#shared/domain/outcome-set.ts';
import type { SimCaps } from '#shared/domain/sim-caps.ts';
import { ScriptedPhone } from '#tests/support/scripted-phone.ts';
import { cardMigrations } from '../../../database/migrations/index.ts';
import { createKeyValueStore } from '../../../database/key-value.ts';
import type { Database } from '../../../database/open-database.ts';
import { testContext, type TestContext } from '../../../testing/test-context.ts';
import { testDatabase } from '../../../testing/test-database.ts';
import { directCallLists } from '../../../testing/direct-lists.ts';
import {
  CallListing,
  createCalls,
  type CallsDeps,
  Headset,
  type CallsFeature,
  type LeadFacts,
  type OpenerForCall,
  type RecordingPort,
} from '../index.ts';
import { ScriptedTransfers } from './scripted-transfers.ts';
import { CardDials } from '../../sims/card-dials.ts';
import type { Employee } from '../calls.ts';
import type { FollowedCustomer } from '../completion.ts';
import type { SipWay } from '../dialling.ts';

type Area = typeof callsArea;

/** Remembers what it was told, so that a test can read the order of things. */
class RecordingLog implements RecordingPort {
  readonly told: string[] = [];
  readonly receipts = new Emitter<string>();
  sealed: string | null = null;
  start: RecordingPort['start'] = ({ fromMs }) => void this.told.push(`start ${fromMs}`);
  mark: RecordingPort['mark'] = (_, { kind, atMs }) => void this.told.push(`${kind} ${atMs}`);
  finish: RecordingPort['finish'] = (_, talkMs) => void this.told.push(`finish ${talkMs}`);
  onReceipt: RecordingPort['onReceipt'] = (listener) => this.receipts.on(listener);
  receipt: RecordingPort['receipt'] = (callId) =>
    callId !== this.sealed
      ? null
      : {
          recordingId: callId,
          state: 'sealed',
          durationMs: 0,
          bytes: 44,
          sha256: null,
          fileExists: true,
          lengthMatches: true,
          customerHeard: true,
          agentHeard: true,
          problem: null,
          local: true,
        };
}

export const agentId = '01900000-0000-7000-8000-00000000000a';
export const leadId = '01900000-0000-7000-8000-0000000000aa';

/** The calls feature on a real database with a phone that a test plays. */
export class CallsDesk {
  readonly context: TestContext = testContext();
  readonly database: Database;
  readonly phone: ScriptedPhone;
  /** What SIP calls do and are asked. */
  readonly sip: ScriptedPhone;
  /** The first is the default. */
  readonly sipLines: LineRef[] = [];
  readonly transfers = new ScriptedTransfers();
  readonly recording = new RecordingLog();
  readonly headset: Headset;
  readonly enqueued: string[] = [];
  readonly leadCalls: unknown[] = [];
  employee: Employee | null = { id: agentId, name: '李坐席', role: 'agent' };
  settings: Settings = {
    locale: 'zh-CN',
    theme: 'system',
    channel: 'desk-phone',
    openerEnabled: true,
    openerId: null,
    afterOpener: 'listen',
    maskNumbers: false,
    callersOnBreak: 'busy',
    autoAnswer: 'off',
    callNotices: true,
    wrapUpSeconds: 20,
    phone: { kind: 'none' },
    simPolicy: 'manual',
    simCaps: wideCaps,
    voiceRoute: 'handset',
    voiceDevices: { inputs: [], outputs: [] },
    voiceProcessing: { echoCancellation: true, noiseSuppression: true, autoGain: true },
    ringing: { calls: 'sip', devices: [], volume: 70 },
    soundCards: {},
    phoneKeys: { cutIn: null },
    leadLists: {},
    exports: {},
  };
  opener: OpenerForCall | null = null;
  readonly openerChanged = new Emitter<void>();
  lead: LeadFacts = {
    companyName: '锦程示例科技有限公司',
    contactName: '王示例',
    phone: '+8615400000137',
    contacts: [],
    sample: true,
  };
  /** Others than that one. */
  readonly leads = new Map<string, LeadFacts>();
  lineIsReal = false;
  /** Sees which line is asked about. */
  askedIsReal: (...line: Parameters<CallsDeps['lineIsReal']>) => void = () => undefined;
  rules: CallRules = defaultCallRules;
  outcomes: OutcomeSet = builtInOutcomes;
  /** By lead. */
  readonly followed = new Map<string, FollowedCustomer>();
  /** By number. */
  readonly listed = new Map<string, NumberListing>();
  /** Of single cards; others have the desk's. */
  readonly capsOf = new Map<string, SimCaps>();
  readonly ownNumbers = new Map<string, string>();
  /** 号段 that this desk knows; landlines it knows by their area code. */
  heads: HeadBook = { find: () => null };
  readonly dials: CardDials;
  /** What the engine knows of SIP beforehand. */
  private readonly sipChannel: NonNullable<CallsDeps['sip']>['channel'];
  calls: CallsFeature;

  /** @param dials of a desk that this person shares; without, the person is the first at a desk of its own */
  constructor(
    database: Database = testDatabase(),
    context?: TestContext,
    dials?: CardDials,
    callerIds: readonly string[] = [],
  ) {
    this.database = database;
    if (context) this.context = context;
    this.phone = new ScriptedPhone(this.context.clock);
    this.sip = new ScriptedPhone(this.context.clock, 'sip');
    this.sip.transfers = this.transfers;
    // The same script, without slots.
    const way = {
      dialLine: { value: (id: string | null) => this.lineFor(id, callerIds) },
      lineOf: { value: (callId: string) => this.lineOf(callId) },
    };
    this.sipChannel = Object.create(this.sip, way) as NonNullable<CallsDeps['sip']>['channel'];
    this.headset = new Headset(this.context);
    this.dials = dials ?? new CardDials(testDatabase(cardMigrations), this.context);
    this.calls = this.create();
    onTestFinished(() => this.calls.dispose());
  }

  private lineFor(id: string | null, callerIds: readonly string[]): ReturnType<SipWay['dialLine']> {
    const line = this.sipLines.find((one) => one.id === id) ?? this.sipLines[0] ?? null;
    return { line, obstacle: null, callerIds };
  }

  private lineOf(callId: string): LineRef | null {
    const asked = this.sip.dialled.find((request) => request.callId === callId)?.lineId;
    return this.sipLines.find(({ id }) => id === asked) ?? null;
  }

  callWithin(hours: CallHours): void {
    this.rules = { ...this.rules, week: everyDay(hours) };
  }

  private create(): CallsFeature {
    return createCalls({
      context: this.context,
      db: this.database.write,
      store: createKeyValueStore(this.database.write),
      phone: this.phone,
      sip: { channel: this.sipChannel },
      settings: () => this.settings,
      employee: () => this.employee,
      lead: (id) => (id === leadId ? this.lead : (this.leads.get(id) ?? null)),
      leadByNumber: (e164) => (e164 === this.lead.phone ? { id: leadId, ...this.lead } : null),
      lineIsReal: (channel, lineId) => {
        this.askedIsReal(channel, lineId);
        return this.lineIsReal;
      },
      rules: () => this.rules,
      listed: (e164) => this.listed.get(e164) ?? null,
      cards: {
        capsOf: (iccid) => this.capsOf.get(iccid ?? '') ?? this.settings.simCaps,
        ownNumberOf: (iccid) => this.ownNumbers.get(iccid) ?? null,
      },
      dials: this.dials,
      placeOf: (number) => placeOf(number, [this.heads]),
      recording: this.recording,
      openers: { forCall: () => this.opener, onChange: (listener) => this.openerChanged.on(listener) },
      enqueueChange: (_db, callId) => void this.enqueued.push(callId),
      isSynced: (callId) => !this.enqueued.includes(callId),
      headset: this.headset,
      noteLeadCall: (_db, id, call) => void this.leadCalls.push({ id, ...call }),
      outcomes: () => this.outcomes,
      followed: (id) => this.followed.get(id) ?? null,
      lists: directCallLists(new CallListing(this.database.read)),
    });
  }

  /** Through the contract's schemas and the handlers, as a window asks. */
  async ask<K extends CommandName<Area>>(name: K, input: CommandInput<Area, K>): Promise<CommandOutput<Area, K>> {
    const spec = callsArea.commands[name];
    const parsed = spec.in.parse(input) as never;
    const peer = { kind: 'in-process', id: 'test' } as const;
    const signal = { aborted: false, addEventListener: () => undefined };
    const answer: unknown = await this.calls.handlers[name](parsed, { peer, signal });
    return spec.out.parse(answer) as CommandOutput<Area, K>;
  }

  async dial(
    number = '15400000137',
    more: { leadId?: string; slot?: number; hideNumber?: boolean; channel?: 'sip'; lineId?: string } = {},
  ): Promise<string> {
    return (await this.ask('calls.dial', { number, ...more })).callId;
  }

  /** Dials, and the customer answers after `waitMs`. */
  async talk(number?: string, waitMs = 4000): Promise<string> {
    const callId = await this.dial(number);
    this.phone.happen({ type: 'alerting' });
    this.context.clock.advance(waitMs);
    this.phone.happen({ type: 'answered' });
    await settle();
    return callId;
  }

  get(callId: string): Promise<CallView> {
    return this.ask('calls.get', { id: callId });
  }

  /** Opens a stream and collects what it says. */
  listen<K extends StreamName<Area>>(name: K, args: unknown = null): { items: StreamItem<Area, K>[]; stop(): void } {
    const items: StreamItem<Area, K>[] = [];
    const spec = callsArea.streams[name];
    const stop = this.calls.sources[name](
      spec.args.parse(args) as never,
      {
        item: (value: unknown) => void items.push(spec.item.parse(value) as StreamItem<Area, K>),
        fail: (error: unknown) => {
          throw error;
        },
      },
      { peer: { kind: 'in-process', id: 'test' }, after: undefined },
    );
    return { items, stop };
  }

  current(): CurrentCall {
    const { items, stop } = this.listen('calls.current');
    stop();
    const [item] = items;
    if (!item) throw new Error('the stream said nothing');
    return item;
  }

  journal(callId: string): string[] {
    return this.database.read
      .all<{ event: string }>('SELECT event FROM call_event WHERE call_id = ? ORDER BY id', [callId])
      .map((row) => row.event);
  }
}

/** Lets promises that are ready run. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
