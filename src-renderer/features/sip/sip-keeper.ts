import type { Disposable } from '#shared/base/dispose.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import type { SipOrder } from '#shared/desk-contract/areas/sip.ts';
import type { SipAccount } from '#shared/domain/sip-account.ts';
import { SipLine } from '#renderer/telephony/sip-line.ts';
import { samplesOfBytes } from '#renderer/telephony/sound/pcm16.ts';
import { bytesFromBase64 } from '#renderer/ui/base64.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { SipDesk, type SipDeskDeps } from './sip-desk.ts';

type SettledOrder = Exclude<SipOrder, { do: 'use' | 'clip' | 'reconnect' }>;

/** Browsers share locks between the windows of one origin: exactly one of them has the line. */
const lockName = 'jinhu-sip-line';

/**
 * Makes this window the one that has the SIP line, as soon as no other has it: takes the engine's orders, does them, and
 * says what became of them. When the connection to the engine is cut for a moment the calls go on, and it is told which.
 */
export class SipKeeper implements Disposable {
  private readonly deps: SipDeskDeps;
  private readonly calls: SipDesk;
  private line: SipLine | null = null;
  private account = '';
  private orders: Disposable | null = null;
  private status: Disposable | null = null;
  private release: () => void = () => undefined;
  private over = false;

  constructor(deps: SipDeskDeps) {
    this.deps = deps;
    this.calls = new SipDesk(deps);
    void navigator.locks.request(lockName, () => this.keep());
    addEventListener('online', this.wake);
    document.addEventListener('visibilitychange', this.wake);
    addEventListener('pagehide', this.leave);
  }

  dispose(): void {
    this.over = true;
    removeEventListener('online', this.wake);
    document.removeEventListener('visibilitychange', this.wake);
    removeEventListener('pagehide', this.leave);
    this.leave();
    this.release();
  }

  private readonly wake = (): void => {
    if (document.visibilityState === 'visible') this.line?.wake();
  };

  /** Whoever is spoken to is not left with a silent line, and the server forgets this page. */
  private readonly leave = (): void => {
    this.orders?.dispose();
    this.status?.dispose();
    this.calls.hangUpAll();
    this.use(null);
  };

  /** As long as this window has the lock. */
  private keep(): Promise<void> {
    if (this.over) return Promise.resolve();
    const { desk } = this.deps;
    this.listen();
    this.status = desk.onStatus((now) => (now === 'open' ? this.listen() : this.orders?.dispose()));
    return new Promise((resolve) => (this.release = resolve));
  }

  /** Anew for each connection, with the calls of that moment. */
  private listen(): void {
    const { desk } = this.deps;
    this.orders?.dispose();
    this.orders = desk.listen(
      'sip.orders',
      { calls: this.calls.ids },
      ({ order, what }) => void this.obey(order, what),
    );
  }

  private async obey(order: number, what: SipOrder): Promise<void> {
    if (what.do === 'use') return this.use(what.account);
    if (what.do === 'clip')
      return this.calls.useClip(what.pcm === null ? null : samplesOfBytes(bytesFromBase64(what.pcm)));
    if (what.do === 'reconnect') return this.line?.retry();
    const problem = await this.done(what).then(() => null, toAppError);
    const status = problem?.details['status'];
    await this.deps.desk.attempt('sip.settled', {
      order,
      problem: problem?.code ?? null,
      ...(typeof status === 'number' && { status }),
    });
  }

  private async done(what: SettledOrder): Promise<void> {
    if (what.do !== 'tell-state') return this.calls.obey(what);
    if (!this.line) throw new AppError('sip.state-line-lost');
    await this.line.tell(what.code);
  }

  /** The engine says it again after each connection: the same account stays as it is. */
  private use(account: SipAccount | null): void {
    // What calls show is said with each of them, what the PBX is told with each word: the line, and a call on it, have
    // nothing to do with that.
    const text = account ? JSON.stringify({ ...account, callerIds: [], stateCodes: null }) : '';
    if (text === this.account) return this.tellLine();
    this.account = text;
    this.line?.dispose();
    this.line = account ? this.lineOf(account) : null;
    this.calls.useLine(this.line);
    this.line?.start();
    this.tellLine();
  }

  private lineOf(account: SipAccount): SipLine | null {
    try {
      const line = new SipLine({
        clock: browserClock,
        random: Math.random,
        account,
        iceServers: [],
        media: (call, start) => this.calls.mediaOf(call, start),
      });
      line.onChange(() => this.tellLine());
      line.onIncoming((call) => void this.calls.rings(call));
      line.onTransferRequest((request) => void this.calls.asks(request));
      return line;
    } catch {
      // Domain or user are no SIP address: as good as refused.
      return null;
    }
  }

  private tellLine(): void {
    const line =
      this.line?.view ?? ({ phase: 'off', trouble: null, status: null, retryInMs: null, simulated: false } as const);
    void this.deps.desk.attempt('sip.line', line);
  }
}
