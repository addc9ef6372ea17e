import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { AppError, describeError, toAppError, type ErrorCode } from '#shared/base/errors.ts';
import type { TransferState } from '#shared/desk-contract/areas/calls.ts';
import type { CallTransfers } from '#shared/domain/call-channel.ts';
import type { EndedCall } from '#shared/domain/call-machine.ts';
import type { PhoneNumber } from '#shared/domain/phone-number.ts';
import type { EngineContext } from '#engine/context.ts';
import type { Beside } from './call-row.ts';
import type { CallsService, Employee } from './calls.ts';
import type { Dialling } from './dialling.ts';
import type { Lines } from './lines.ts';
import type { LiveCall, LiveCalls } from './live-calls.ts';
import type { CallRepository } from './repository.ts';

export interface TransfersDeps {
  readonly context: EngineContext;
  readonly live: LiveCalls;
  readonly lines: Lines;
  readonly repository: CallRepository;
  readonly service: CallsService;
  readonly dialling: Dialling;
}

interface Ended {
  readonly callId: string;
  readonly call: EndedCall;
  readonly beside: Beside | null;
}

const isAnswered = ({ call: { state } }: LiveCall): boolean => state === 'active' || state === 'held';

/** 转接, 咨询 and 三方通话: what the agent does with two people at the other ends. */
export class Transfers implements Disposable {
  private readonly deps: TransfersDeps;
  private readonly bag = new DisposeBag();
  private running: TransferState['running'] = null;
  private failed: TransferState['failed'] = null;
  /** The consultation that the agent ends to come back. */
  private goesBack: string | null = null;

  constructor(deps: TransfersDeps) {
    this.deps = deps;
    this.bag.add(deps.live.ended.on((ended) => this.ended(ended)));
  }

  /** Null where the channel of the call in hand can do none of it. */
  state(): TransferState | null {
    const { live, lines } = this.deps;
    const { main } = live;
    if (!main || !lines.transfersOf(main.id)) return null;
    return {
      running: this.running,
      consultation: live.all.find(({ beside }) => beside?.why === 'consultation')?.id ?? null,
      // Nothing else lets two calls be spoken at once: whoever takes one has the other held.
      joined: live.all.filter((one) => one.call.state === 'active' && lines.transfersOf(one.id)).length === 2,
      failed: this.failed?.callId === main.id ? this.failed : null,
      apart: this.apart(),
    };
  }

  private apart(): TransferState['apart'] {
    const [first, second] = this.answered();
    if (!first || !second) return null;
    const problem = this.transfersOf(first.id).apart(first.id, second.id);
    return problem && { code: problem.code, details: problem.details };
  }

  /** @throws AppError as `calls.transfer` declares */
  async transfer(callId: string, typed: string): Promise<void> {
    const call = this.answeredCall(callId);
    const transfers = this.transfersOf(callId);
    const number = this.check(typed, callId);
    await this.deps.live.quiet(null);
    const running = { callId: call.id, number: number.e164, attended: false };
    await this.run(running, () => transfers.transfer(callId, number.dialString));
    this.deps.live.transferred(callId, { role: 'sent', number: number.e164 });
  }

  /** @throws AppError as `calls.consult` declares */
  async consult(callId: string, typed: string, employee: Employee): Promise<{ callId: string }> {
    const { live, service, dialling } = this.deps;
    const call = this.answeredCall(callId);
    this.transfersOf(callId);
    if (this.running) throw new AppError('call.transfer-running');
    this.check(typed, callId);
    await live.quiet(null);
    // The microphone is one for all calls: a mute would go over to somebody who is not shown as muted.
    if (call.muted) await service.setMuted(callId, false);
    this.failed = null;
    // By the same line: only there can the two be connected with each other afterwards.
    const where = { channel: this.row(callId).channel, lineId: this.lineIdOf(callId), slot: null };
    const beside = { why: 'consultation', callId } as const;
    return dialling.dial(
      { number: typed, leadId: null, ...where, hideNumber: false, callerId: null, beside },
      employee,
    );
  }

  /** @throws AppError as `calls.completeTransfer` declares */
  async complete(): Promise<void> {
    const { live } = this.deps;
    const [first, second] = this.pair();
    const transfers = this.transfersOf(first.id);
    const [one, two] = [this.row(first.id).number, this.row(second.id).number];
    await this.run({ callId: first.id, number: two, attended: true }, async () => {
      try {
        await transfers.connect(first.id, second.id);
      } catch (error) {
        // Carriers refuse to be sent anywhere; then the colleague is the one who takes over.
        if (toAppError(error).code !== 'call.transfer-refused') throw error;
        await transfers.connect(second.id, first.id);
      }
    });
    live.transferred(second.id, { role: 'received', number: one });
    live.transferred(first.id, { role: 'sent', number: two });
    this.deps.service.show(first.id);
  }

  /** The end of the consultation takes the first call up again (`ended`). @throws AppError `call.gone` */
  endConsultation(): void {
    const consultation = this.deps.live.all.find(({ beside }) => beside?.why === 'consultation');
    if (!consultation) throw new AppError('call.gone');
    this.goesBack = consultation.id;
    this.deps.live.hangUp(consultation);
  }

  /** @throws AppError as `calls.join` declares */
  async join(): Promise<void> {
    const [first, second] = this.pair();
    if (this.running) throw new AppError('call.transfer-running');
    await this.deps.live.quiet(null);
    await this.transfersOf(first.id).join(first.id, second.id);
    for (const [one, other] of [
      [first, second],
      [second, first],
    ] as const)
      this.deps.live.note(one.id, 'joined', { callId: other.id });
  }

  /** @throws AppError as `calls.split` declares */
  async split(): Promise<void> {
    const [first, second] = this.pair();
    const held = second.id === this.deps.live.main?.id ? first : second;
    await this.deps.lines.ask('hold', held.id);
  }

  dispose(): void {
    this.bag.dispose();
  }

  private async run(running: NonNullable<TransferState['running']>, act: () => Promise<void>): Promise<void> {
    const { live } = this.deps;
    if (this.running) throw new AppError('call.transfer-running');
    this.running = running;
    this.failed = null;
    const { callId, number, attended } = running;
    live.note(callId, 'transfer-begun', { number, attended });
    try {
      await act();
    } catch (error) {
      live.note(callId, 'transfer-failed', { number, code: toAppError(error).code });
      throw error;
    } finally {
      this.running = null;
      live.changed.emit(callId);
    }
  }

  /** Nobody is left waiting for a conversation that did not come about, or that the agent has ended to come back. */
  private ended({ callId, call, beside }: Ended): void {
    if (this.failed?.callId === callId) this.failed = null;
    const { live, service, context } = this.deps;
    const goesBack = this.goesBack === callId;
    if (goesBack) this.goesBack = null;
    const first = beside && live.get(beside.callId);
    if (!beside || !first) return void (beside?.why === 'consultation' && service.show(beside.callId));
    if (call.answered && !goesBack) return;
    if (call.cause !== 'local-hang-up')
      this.failed = { callId: first.id, number: this.row(callId).number, problem: { code: codeOf(call), details: {} } };
    if (first.call.state !== 'held') return;
    service.resume(first.id).catch((error: unknown) => {
      const told = { callId: first.id, problem: describeError(error) };
      context.logger.child('calls').log('warn', 'call.not-taken-up-again', told);
    });
  }

  private answeredCall(callId: string): LiveCall {
    const call = this.deps.live.get(callId);
    if (!call) throw new AppError('call.gone');
    if (!isAnswered(call)) throw new AppError('call.not-connected');
    return call;
  }

  /** The two who could hear each other, the older call first. */
  private pair(): [LiveCall, LiveCall] {
    const [first, second, third] = this.answered();
    if (!first || !second || third) throw new AppError('call.not-connected');
    return [first, second];
  }

  private answered(): LiveCall[] {
    const { live, lines } = this.deps;
    return live.all.filter((one) => isAnswered(one) && lines.transfersOf(one.id));
  }

  private check(typed: string, callId: string): PhoneNumber {
    return this.deps.dialling.check(typed, this.row(callId).channel, this.lineIdOf(callId));
  }

  private lineIdOf(callId: string): string | null {
    return this.deps.lines.lineOf(callId)?.id ?? null;
  }

  private transfersOf(callId: string): CallTransfers {
    const transfers = this.deps.lines.transfersOf(callId);
    if (!transfers) throw new AppError('call.transfer-refused');
    return transfers;
  }

  private row(callId: string): NonNullable<ReturnType<CallRepository['get']>> {
    const row = this.deps.repository.get(callId);
    if (!row) throw new AppError('call.gone');
    return row;
  }
}

function codeOf({ cause }: EndedCall): ErrorCode {
  if (cause === 'busy') return 'call.transfer-busy';
  return cause === 'no-answer' ? 'call.transfer-no-answer' : 'call.transfer-failed';
}
