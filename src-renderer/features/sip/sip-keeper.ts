import type { Disposable } from '#shared/base/dispose.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import type { SipOrder, UsedSipAccount } from '#shared/desk-contract/areas/sip.ts';
import { iceServersOf } from '#renderer/telephony/ice-servers.ts';
import { SipLine } from '#renderer/telephony/sip-line.ts';
import { samplesOfBytes } from '#renderer/telephony/sound/pcm16.ts';
import { bytesFromBase64 } from '#renderer/ui/base64.ts';
import { browserClock } from '#renderer/ui/index.ts';
import { LineSet } from './line-set.ts';
import { SipDesk, type SipDeskDeps } from './sip-desk.ts';

type KeeperDeps = Omit<SipDeskDeps, 'lines'>;
type SettledOrder = Exclude<SipOrder, { do: 'use' | 'clip' | 'reconnect' }>;

/** Browsers share locks between the windows of one origin: exactly one of them has the lines. */
const lockName = 'jinhu-sip-line';

/**
 * Makes this window the one that has the SIP lines, as soon as no other has it: takes the engine's orders, does them, and
 * says what became of them. When the connection to the engine is cut for a moment the calls go on, and it is told which.
 */
export class SipKeeper implements Disposable {
  private readonly deps: KeeperDeps;
  private readonly calls: SipDesk;
  private readonly lines: LineSet<SipLine>;
  private orders: Disposable | null = null;
  private status: Disposable | null = null;
  private release: () => void = () => undefined;
  private over = false;

  constructor(deps: KeeperDeps) {
    this.deps = deps;
    this.lines = new LineSet({
      open: (account) => this.lineOf(account),
      hangUp: (accountId) => this.calls.hangUp(accountId),
      tell: (accountId, view) => void deps.desk.attempt('sip.line', { accountId, ...view }),
    });
    this.calls = new SipDesk({ ...deps, lines: this.lines });
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
    if (document.visibilityState === 'visible') for (const line of this.lines.all) line.wake();
  };

  /** Whoever is spoken to is not left with a silent line, and the server forgets this page. */
  private readonly leave = (): void => {
    this.orders?.dispose();
    this.status?.dispose();
    this.lines.use([]);
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
      { calls: this.calls.carried },
      ({ order, what }) => void this.obey(order, what),
    );
  }

  private async obey(order: number, what: SipOrder): Promise<void> {
    if (what.do === 'use') return this.lines.use(what.accounts);
    if (what.do === 'clip')
      return this.calls.useClip(what.pcm === null ? null : samplesOfBytes(bytesFromBase64(what.pcm)));
    if (what.do === 'reconnect') return this.lines.find(what.accountId)?.retry();
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
    const line = this.lines.find(what.accountId);
    if (!line) throw new AppError('sip.state-line-lost');
    await line.tell(what.code);
  }

  private lineOf(account: UsedSipAccount): SipLine {
    const { id } = account;
    const line = new SipLine({
      clock: browserClock,
      random: Math.random,
      account,
      iceServers: iceServersOf(account),
      media: (call, start) => this.calls.mediaOf(call, start),
    });
    line.onIncoming((call) => void this.calls.rings(id, call));
    line.onTransferRequest((request) => void this.calls.asks(id, request));
    return line;
  }
}
