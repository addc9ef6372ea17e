import type { BodyAndContentType, SessionDescriptionHandler } from 'sip.js';
import { ManualClock } from '#shared/base/clock.ts';
import type { SipAccount } from '#shared/domain/sip-account.ts';
import { writeSdp } from '#simulator/pbx/sdp.ts';
import type { MediaWish, PeerMedia } from '#renderer/telephony/peer-media.ts';
import type { SipCall } from '#renderer/telephony/sip-call.ts';
import { SipLine, type LineView } from '#renderer/telephony/sip-line.ts';

/** What both ends of a call without sound say of it. */
export const someSound = writeSdp({
  host: '127.0.0.1',
  port: 4000,
  direction: 'sendrecv',
  payloadTypes: [0],
  events: 101,
  version: 1,
});

/** In the place of a browser's sound: it says what it is asked for, and notes what it is told. */
class SilentSound implements SessionDescriptionHandler {
  readonly told: string[] = [];
  readonly early: string[] = [];
  readonly wayLost = false;
  readonly changeFailed = false;
  onHold = false;
  closed = false;
  rolledBack = 0;
  private readonly reading: () => Promise<void>;

  constructor(reading: () => Promise<void>) {
    this.reading = reading;
  }

  close(): void {
    this.closed = true;
  }

  getDescription(options?: MediaWish): Promise<BodyAndContentType> {
    this.onHold = options?.hold ?? this.onHold;
    return Promise.resolve({ body: someSound, contentType: 'application/sdp' });
  }

  hasDescription(): boolean {
    return true;
  }

  async setDescription(body: string): Promise<void> {
    this.told.push(body);
    await this.reading();
    if (this.closed) throw new Error('closed');
  }

  setEarly(body: string): void {
    this.early.push(body);
  }

  rollbackDescription(): Promise<void> {
    this.rolledBack += 1;
    return Promise.resolve();
  }

  sendDtmf(): boolean {
    return true;
  }
}

/**
 * Our SIP line in Node, with everything but the sound: what a server does to it can be tried without a browser. Time
 * stands still but for what `clock` is told; sip.js has its own timers.
 */
export class SilentPhone {
  readonly clock = new ManualClock();
  readonly line: SipLine;
  /** `registered`, `waiting:503`, `c1:answered`, `c1:ended:busy` … in their order. */
  readonly told: string[] = [];
  readonly sounds: SilentSound[] = [];
  readonly incoming: SipCall[] = [];
  /** What a browser takes to read the other side's description. */
  reading: Promise<void> = Promise.resolve();

  /** @param server `ws://…` */
  constructor(server: string, account: Partial<SipAccount> = {}) {
    this.line = new SipLine({
      clock: this.clock,
      random: () => 0.5,
      account: {
        ...{ server, domain: 'pbx.example.com', user: '8001', authUser: null, password: 'secret' },
        ...{ displayName: '', callerIds: [] },
        ...account,
      },
      iceServers: [],
      media: () => {
        const sound = new SilentSound(() => this.reading);
        this.sounds.push(sound);
        return sound as unknown as PeerMedia;
      },
    });
    this.line.onChange(({ phase, status }) => this.told.push(status === null ? phase : `${phase}:${status}`));
    this.line.onIncoming(({ call }) => {
      this.follow(`in${this.incoming.push(call)}`, call);
      call.ring();
    });
  }

  get view(): LineView {
    return this.line.view;
  }

  /** Not sent before the microtask after this, so that a test can hang up at once. */
  dial(id: string, number = '15400000137'): SipCall {
    const call = this.line.call(number);
    this.follow(id, call);
    call.invite().catch((error: unknown) => this.told.push(`${id}:failed:${String(error)}`));
    return call;
  }

  has(what: string): boolean {
    return this.told.includes(what);
  }

  private follow(id: string, call: SipCall): void {
    call.onEvent((event) =>
      this.told.push(event.type === 'ended' ? `${id}:ended:${event.cause}` : `${id}:${event.type}`),
    );
  }
}
