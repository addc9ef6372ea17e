import type { AbortSignalLike, Clock } from '#shared/base/clock.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import { sipTestSteps, type SipTestFacts, type SipTestStep } from '#shared/desk-contract/areas/sip.ts';
import type { IceWays, SipAccount } from '#shared/domain/sip-account.ts';
import type { IceAnswer } from '#renderer/telephony/ask-ice.ts';
import type { RegistrarAnswer } from '#renderer/telephony/ask-registrar.ts';
import { askIceServers, type IceKind, type IceNote } from './ice-steps.ts';

export const testStepIds = [...sipTestSteps, 'register', 'stun', 'turn', 'media'] as const;
export type TestStepId = (typeof testStepIds)[number];

/** What a step has to tell beside its state; each is a text of its own. */
export type TestNote =
  | SipTestFacts
  /** `ws:`: there is no certificate. */
  | { readonly step: 'plain' }
  /** The window reaches the server where the program itself does not: it trusts the certificate, or goes by a proxy. */
  | { readonly step: 'window'; readonly instead: AppError }
  | { readonly step: 'registered' }
  /** It was let in without a password. */
  | { readonly step: 'no-password' }
  /** The server can be asked only by registering, which would end the line that is in use. */
  | { readonly step: 'in-use' }
  /** The account has no server of that kind. */
  | { readonly step: 'no-ice' }
  | IceNote
  /** The window's half is there; the way to the other side is found out by a call alone. */
  | { readonly step: 'sound'; readonly addresses: number };

export interface TestStepView {
  readonly id: TestStepId;
  /** `untested`: nothing is known against it, and nothing proves it. */
  readonly state: 'waiting' | 'running' | 'passed' | 'failed' | 'skipped' | 'untested';
  readonly ms: number | null;
  readonly problem: AppError | null;
  readonly note: TestNote | null;
}

export interface TestView {
  readonly state: 'running' | 'passed' | 'failed' | 'cancelled';
  readonly steps: readonly TestStepView[];
}

/** What is done in each step; all end by themselves in time, and at once with the signal. */
export interface TestWays {
  /** @throws AppError */
  engine(step: SipTestStep, server: string, signal: AbortSignalLike): Promise<SipTestFacts>;
  opens(server: string, signal: AbortSignalLike): Promise<boolean>;
  /** @param register see `askRegistrar` */
  ask(account: SipAccount, register: boolean, signal: AbortSignalLike): Promise<RegistrarAnswer>;
  askIce(server: RTCIceServer & { urls: string }, signal: AbortSignalLike): Promise<IceAnswer>;
  soundAddresses(signal: AbortSignalLike): Promise<number>;
  hasMicrophone(): Promise<boolean>;
}

interface Outcome {
  readonly state: 'passed' | 'skipped' | 'untested';
  readonly note: TestNote | null;
}

/** No other step rests on them: one that fails does not end the test. */
export const besides: ReadonlySet<TestStepId> = new Set(['stun', 'turn']);

const passed = (note: TestNote | null = null): Outcome => ({ state: 'passed', note });
const skipped: Outcome = { state: 'skipped', note: null };

/**
 * From the server's name to the sound, one step after the other; the first that fails ends it, but for STUN and TURN, which
 * nothing else rests on: a call may do without either. The engine says what is wrong
 * on the way, but whether a server can be used is the window's to say, since calls run there: what the window's own WebSocket
 * gets through counts as open. Neither the line in use nor a call notices any of it.
 */
export class ConnectionTest {
  readonly changed = new Emitter<TestView>();
  private readonly clock: Clock;
  private readonly ways: TestWays;
  private view: TestView;
  private readonly controller = new AbortController();

  constructor(clock: Clock, ways: TestWays) {
    this.clock = clock;
    this.ways = ways;
    const fresh = { state: 'waiting', ms: null, problem: null, note: null } as const;
    this.view = { state: 'running', steps: testStepIds.map((id) => ({ id, ...fresh })) };
  }

  get now(): TestView {
    return this.view;
  }

  /** Once. @param inUse the account's line is registered by this program */
  async run(account: SipAccount & IceWays, inUse: boolean): Promise<void> {
    let allPassed = true;
    for (const id of testStepIds) {
      const ok = await this.step(id, account, inUse);
      if (this.controller.signal.aborted) return;
      allPassed &&= ok;
      if (!ok && !besides.has(id)) break;
    }
    this.finish(allPassed ? 'passed' : 'failed');
  }

  cancel(): void {
    if (this.view.state !== 'running') return;
    this.controller.abort();
    this.finish('cancelled');
  }

  private async step(id: TestStepId, account: SipAccount & IceWays, inUse: boolean): Promise<boolean> {
    const begun = this.clock.mono();
    this.put(id, { state: 'running' });
    const took = (): number => Math.round(this.clock.mono() - begun);
    try {
      const outcome = await this.outcomeOf(id, account, inUse);
      const nothingDone = outcome.state === 'skipped' || outcome.note?.step === 'no-ice';
      this.put(id, { ...outcome, ms: nothingDone ? null : took() });
      return true;
    } catch (error) {
      this.put(id, { state: 'failed', problem: toAppError(error), ms: took() });
      return false;
    }
  }

  private outcomeOf(id: TestStepId, account: SipAccount & IceWays, inUse: boolean): Promise<Outcome> {
    if (id === 'register') return this.register(account, inUse);
    if (id === 'stun' || id === 'turn') return this.ice(id, account);
    return id === 'media' ? this.media() : this.reach(id, account.server);
  }

  private async reach(id: SipTestStep, server: string): Promise<Outcome> {
    const { signal } = this.controller;
    // The window has got through: what the program would find on the way is nobody's trouble.
    if (this.view.steps.some(({ note }) => note?.step === 'window')) return skipped;
    if (id === 'certificate' && !/^wss:/i.test(server)) return { state: 'skipped', note: { step: 'plain' } };
    let facts: SipTestFacts;
    try {
      facts = await this.ways.engine(id, server, signal);
    } catch (error) {
      const instead = toAppError(error);
      if (!instead.code.startsWith('sip.test-') || !(await this.ways.opens(server, signal))) throw instead;
      return passed({ step: 'window', instead });
    }
    if (id === 'socket' && !(await this.ways.opens(server, signal)))
      throw new AppError('sip.test-window-refused', { host: new URL(server).host });
    return passed(facts);
  }

  private async register(account: SipAccount, inUse: boolean): Promise<Outcome> {
    const { signal } = this.controller;
    const answer = await this.ways.ask(account, false, signal);
    // Some want a Contact in every REGISTER, and refuse a mere question.
    if (answer.type !== 'rejected' || answer.status !== 400) return registered(answer);
    if (inUse) return { state: 'untested', note: { step: 'in-use' } };
    return registered(await this.ways.ask(account, true, signal));
  }

  private async ice(kind: IceKind, account: IceWays): Promise<Outcome> {
    const { signal } = this.controller;
    const note = await askIceServers(kind, account, (server) => this.ways.askIce(server, signal));
    return note ? passed(note) : { state: 'untested', note: { step: 'no-ice' } };
  }

  private async media(): Promise<Outcome> {
    const addresses = await this.ways.soundAddresses(this.controller.signal);
    if (addresses === 0) throw new AppError('sip.test-no-address');
    if (!(await this.ways.hasMicrophone())) throw new AppError('sip.test-no-microphone');
    return { state: 'untested', note: { step: 'sound', addresses } };
  }

  private finish(state: Exclude<TestView['state'], 'running'>): void {
    const steps = this.view.steps.map((step) =>
      step.state === 'waiting' || step.state === 'running' ? { ...step, state: 'skipped' as const } : step,
    );
    this.set({ state, steps });
  }

  private put(id: TestStepId, change: Partial<TestStepView>): void {
    if (this.view.state !== 'running') return;
    this.set({ ...this.view, steps: this.view.steps.map((step) => (step.id === id ? { ...step, ...change } : step)) });
  }

  private set(view: TestView): void {
    this.view = view;
    this.changed.emit(view);
  }
}

/** @throws AppError */
function registered(answer: RegistrarAnswer): Outcome {
  if (answer.type === 'accepted') return passed({ step: answer.proven ? 'registered' : 'no-password' });
  if (answer.type === 'silent') throw new AppError('sip.test-no-answer');
  if (answer.type === 'lost') throw new AppError('sip.test-socket-lost');
  const { status } = answer;
  if (status === 401 || status === 407) throw new AppError('sip.test-password', { status });
  if (status === 403) throw new AppError('sip.test-forbidden');
  if (status === 404) throw new AppError('sip.test-user-unknown');
  throw new AppError('sip.test-status', { status });
}
