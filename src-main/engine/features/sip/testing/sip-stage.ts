import { AppError, type ErrorCode } from '#shared/base/errors.ts';
import { sipArea, type SipOrder, type SipState } from '#shared/desk-contract/areas/sip.ts';
import type { CommandInput, CommandName, CommandOutput } from '#shared/desk-contract/kit.ts';
import { memoryStore } from '../../../testing/memory-store.ts';
import { testContext, type TestContext } from '../../../testing/test-context.ts';
import type { WritableDb } from '../../../database/handles.ts';
import { createSip, type SipFeature } from '../index.ts';

export const account = {
  server: 'pbx.example.com:7443',
  domain: '',
  user: '8001',
  authUser: null,
  displayName: '',
  callerIds: [],
};
export const callId = '019a0000-0000-7000-8000-000000000001';
export const registered = {
  phase: 'registered',
  trouble: null,
  status: null,
  retryInMs: null,
  simulated: false,
} as const;
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

export let context: TestContext;
export let sip: SipFeature;
/** The person's. */
export let database: WritableDb;
export let secrets: Map<string, string>;
export let events: string[];
let refusal: number | null;
export let askedToAnswer: string[];
/** Of the account that `setAccount` keeps. */
export let accountId: string;
/** What the cloud answers to who asks for an account's passwords. */
export let cloudSecret: (id: string) => Promise<SipSecret>;
export const cloudAnswers = (answer: typeof cloudSecret): void => void (cloudSecret = answer);
type SipSecret = { secretId: string; password: string; turnPassword: string | null };
/** What lies with the person's data. */
export let kept: Map<string, string>;

/** A window as far as the engine can see it. */
export class FakeWindow {
  readonly orders: { order: number; what: SipOrder }[] = [];
  private readonly peer;
  private readonly stop: () => void;

  constructor(id: string, calls: readonly { callId: string; accountId: string }[] = []) {
    this.peer = { kind: 'in-process', id } as const;
    const sink = { item: (item: FakeWindow['orders'][number]) => void this.orders.push(item), fail: () => undefined };
    this.stop = sip.sources['sip.orders']({ calls: [...calls] }, sink, { peer: this.peer, after: undefined });
  }

  say<K extends CommandName<typeof sipArea>>(name: K, input: CommandInput<typeof sipArea, K>): unknown {
    const handler = sip.handlers[name] as (input: unknown, context: unknown) => unknown;
    return handler(input, { peer: this.peer });
  }

  last(what: SipOrder['do']): FakeWindow['orders'][number] {
    const found = this.orders.findLast((item) => item.what.do === what);
    if (!found) throw new Error(`no order to ${what}`);
    return found;
  }

  /** That account's line is registered. */
  registers(id: string = accountId): void {
    this.say('sip.line', { ...registered, accountId: id });
  }

  /** Somebody calls. */
  rings(more: Partial<CommandInput<typeof sipArea, 'sip.incoming'>> = {}): { callId: string; refuse: number | null } {
    const call = { accountId, number: '15400000137', name: '张三', takesPlace: false, asksAnswer: false, ...more };
    return this.say('sip.incoming', call) as { callId: string; refuse: number | null };
  }

  settles(what: SipOrder['do'], problem: ErrorCode | null = null, status?: number): void {
    this.say('sip.settled', { order: this.last(what).order, problem, ...(status !== undefined && { status }) });
  }

  close(): void {
    this.stop();
  }
}

/** Most tests are about the person's own accounts: a database of its own for each of them would cost more than they do. */
const nothingAssigned = { all: () => [] } as unknown as WritableDb;

/** A feature of its own for each test, with windows that are played. @param data what was kept before, beside what is in `db` */
export function freshSip(
  data: ReadonlyMap<string, string> = new Map(),
  passwords = new Map<string, string>(),
  db: WritableDb = nothingAssigned,
): void {
  database = db;
  context = testContext();
  secrets = passwords;
  kept = new Map(data);
  accountId = '';
  events = [];
  refusal = null;
  askedToAnswer = [];
  cloudSecret = () => Promise.reject(new AppError('cloud.unreachable'));
  sip = createSip({
    context,
    db: database,
    store: memoryStore(kept),
    cloud: { call: (_route, { params: { id } }) => cloudSecret(id) },
    secrets: {
      load: (key) => Promise.resolve(secrets.get(key) ?? null),
      save: (key, value) => {
        if (value === null) secrets.delete(key);
        else secrets.set(key, value);
        return Promise.resolve();
      },
    },
    owner: 'production:e1',
    refusal: () => refusal,
    answerAsked: (id) => askedToAnswer.push(id),
  });
  sip.channel.onEvent((id, event) =>
    events.push(`${id === callId ? 'c1' : id}:${event.type}${'cause' in event ? `:${event.cause}` : ''}`),
  );
}

/** As a window asks. */
export async function ask<K extends CommandName<typeof sipArea>>(
  name: K,
  input: CommandInput<typeof sipArea, K>,
): Promise<CommandOutput<typeof sipArea, K>> {
  const handler = sip.handlers[name] as (input: unknown, context: unknown) => unknown;
  const parsed = sipArea.commands[name].in.parse(input);
  const context = { peer: { kind: 'in-process', id: 'any' }, signal: new AbortController().signal };
  return (await handler(parsed, context)) as CommandOutput<typeof sipArea, K>;
}

/** The one account of most tests, new or changed. */
export async function setAccount(password: string | null = 'secret'): Promise<void> {
  const { id } = await ask('sip.saveAccount', { id: accountId || null, account: { ...account, password } });
  accountId = id;
}

/** Another one beside it. @returns its id */
export async function addAccount(
  more: Partial<CommandInput<typeof sipArea, 'sip.saveAccount'>['account']>,
): Promise<string> {
  const { id } = await ask('sip.saveAccount', { id: null, account: { ...account, password: 'secret', ...more } });
  return id;
}

/** What a window sees. */
export function state(): SipState {
  let seen: SipState | undefined;
  const sink = { item: (item: SipState) => void (seen = item), fail: () => undefined };
  sip.sources['sip.state'](null, sink, { peer: { kind: 'in-process', id: 'any' }, after: undefined })();
  if (!seen) throw new Error('the stream said nothing');
  return seen;
}

export const dial = (): Promise<void> => sip.channel.dial({ callId, dialString: '15400000137', slot: null });

export async function talking(): Promise<FakeWindow> {
  await setAccount();
  const window = new FakeWindow('w1');
  await settle();
  window.registers();
  const dialled = dial();
  window.settles('dial');
  await dialled;
  window.say('sip.event', { callId, event: { type: 'answered' } });
  return window;
}

/** Callers get that SIP status from now on. */
export function refuseWith(status: number): void {
  refusal = status;
}
