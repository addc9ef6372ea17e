import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import type { SimCall } from '../network/sim-call.ts';
import type { Dialog } from './dialog.ts';
import { RtpLeg } from './rtp-leg.ts';
import { answerTo, readSdp, receives, writeSdp, type Direction } from './sdp.ts';
import { headerOf, reasons, tagOf, type SipHeader, type SipMessage } from './sip-message.ts';

/** How this line behaves in calls that begin from now on; tests change it as they go. */
export interface TrunkManners {
  /** Of G.711, the wanted ones first; 18 (G.729) can be offered, but not spoken. */
  payloadTypes: readonly number[];
  /** 183 with sound before the answer, instead of 180. */
  earlyMedia: boolean;
  /** That sound comes from somebody else, with a tag and a port of its own; the number itself answers. */
  forked: boolean;
  /** Its INVITE has no offer: the other side's 200 has to make one. */
  lateOffer: boolean;
  /** It offers a picture, too. */
  video: boolean;
  /** What a re-INVITE gets: null = an answer. */
  refuseReinvite: number | null;
  /** What a key press by INFO gets: null = 200. */
  refuseInfo: number | null;
  /** `Session-Expires` of its 200 to an INVITE, e.g. `90;refresher=uac`; null = no session timer (RFC 4028). */
  sessionExpires: string | null;
  /** s below which an INVITE's session timer gets 422, the first or a later one's, also where it asks for none. */
  minSessionExpires: number;
  /** Whoever holds us with `sendonly` plays us something. */
  music: boolean;
  /** Share of its sound's packets that get lost on their way, 0 to 1; holds for running calls, too. */
  loss: number;
}

export interface TrunkCallDeps {
  readonly clock: Clock;
  readonly host: string;
  readonly dialog: Dialog;
  readonly call: SimCall;
  readonly manners: TrunkManners;
  readonly send: (bytes: Buffer) => void;
  /** Nothing more comes of it. */
  readonly done: () => void;
}

/** TS 24.008 annex H → what a gateway says (RFC 3398 §7.2.4.1). */
const statusOf: Readonly<Record<number, number>> = { 1: 404, 16: 480, 17: 486, 19: 480, 21: 603, 27: 480, 42: 503 };

export const tooShortTimer = 'SIP/2.0 422 Session Interval Too Small';
/** @param least s */
export const isTooShort = (invite: SipMessage, least: number): boolean =>
  least > Number.parseInt(headerOf(invite, 'session-expires') || '0', 10);

/** 200 is said again until its ACK comes (RFC 3261 §13.3.1.4). */
const firstAgainMs = 500;

/** One call of the network carried over SIP: its script on one side, a dialog and RTP on the other. */
export class TrunkCall implements Disposable {
  readonly dialog: Dialog;
  readonly call: SimCall;
  private readonly deps: TrunkCallDeps;
  /** The first INVITE as it came, with what it says of the caller; null where we call. */
  asked: SipMessage | null = null;
  /** INVITE that is not answered yet: theirs. */
  private invite: SipMessage | null = null;
  /** Ours. */
  private sent: { branch: string; cseq: number; uri: string; answered: boolean; late: boolean } | null = null;
  /** What the customer's phone wants of the sound: with anything but `sendrecv` it holds the other side. */
  private own: Direction = 'sendrecv';
  /** The other side's latest session description. */
  remote = '';
  /** `Session-Expires` of each INVITE and 200 of the other side, in their order; "" = it had none. */
  readonly sessionTimers: string[] = [];
  /** What our latest INVITE came to; null = nothing yet, or there was none. */
  finalStatus: number | null = null;
  /** CSeq of the request that came last. */
  private taken = '';
  /** What became of the transfer that we asked for, e.g. `SIP/2.0 403 Forbidden`. */
  readonly transferTold: string[] = [];
  /** The other end's tag, from its answer to our INVITE on. */
  private answeredBy = '';
  /** Contact of the latest OPTIONS within this call; null = none has come. */
  askedFrom: string | null = null;
  private leg: RtpLeg | null = null;
  /** Who sounds before the answer, in a forked call. */
  private ringer: { readonly leg: RtpLeg; readonly local: string } | null = null;
  private version = 1;
  private again: Disposable | null = null;
  private answered: Promise<void> | null = null;
  private over = false;

  constructor(deps: TrunkCallDeps) {
    this.deps = deps;
    this.dialog = deps.dialog;
    this.call = deps.call;
    this.call.onChange(() => this.follow());
  }

  /** Somebody dials our number. */
  async offered(invite: SipMessage): Promise<void> {
    this.invite = invite;
    this.asked = invite;
    this.sessionTimers.push(headerOf(invite, 'session-expires'));
    this.respond(invite, 100);
    await this.open(invite.body);
    if (this.deps.manners.forked) await this.openRinger(invite.body);
    if (this.deps.manners.earlyMedia) this.follow();
  }

  /** Somebody dials us to take another's place in that call of ours (RFC 3891): answered at once, and the other one ends. */
  async replaces(other: TrunkCall, invite: SipMessage): Promise<void> {
    await this.offered(invite);
    this.call.answer();
    other.call.end('remote', 16);
  }

  /** The customer calls. @param uri whom @param more headers of the INVITE */
  async invites(uri: string, more: readonly SipHeader[] = []): Promise<void> {
    await this.open('');
    const late = this.deps.manners.lateOffer;
    const { bytes, branch, cseq } = this.dialog.request('INVITE', late ? '' : this.description('sendrecv'), more);
    this.sent = { branch, cseq, uri, answered: false, late };
    this.deps.send(bytes);
  }

  request(message: SipMessage): void {
    const { method } = message;
    if (method === 'ACK') return this.acked(message);
    if (method === 'CANCEL') return this.cancelled(message);
    if (method === 'BYE') {
      this.respond(message, 200);
      this.call.end('local', 16);
      return this.dispose();
    }
    if (method === 'INVITE' || method === 'UPDATE') return this.changed(message);
    // Over UDP it may come again, where our answer was late (RFC 3261 §17.2.2).
    const again = this.taken === headerOf(message, 'cseq');
    this.taken = headerOf(message, 'cseq');
    if (method === 'INFO') return this.takeInfo(message, again);
    if (method === 'NOTIFY' && !again) this.transferTold.push(message.body.trim());
    if (method === 'OPTIONS') this.askedFrom = headerOf(message, 'contact');
    this.respond(message, method === 'OPTIONS' || method === 'NOTIFY' ? 200 : 501);
  }

  /** An answer to an INVITE of ours, the first or a later one. */
  response(message: SipMessage): void {
    const { sent } = this;
    if (!sent || !headerOf(message, 'cseq').endsWith('INVITE') || message.status < 200) return;
    const again = sent.answered;
    sent.answered = true;
    this.finalStatus = message.status;
    if (message.status < 300) this.sessionTimers.push(headerOf(message, 'session-expires'));
    if (message.status >= 300) {
      this.deps.send(this.dialog.belonging('ACK', sent, sent.uri));
      // A change that is refused leaves the call as it was.
      if (this.call.answeredAt !== null) return;
      this.call.end('local', 17);
      return this.dispose();
    }
    // Another one of those who were called has answered too (RFC 3261 §13.2.2.4): we have one already.
    if (again && this.answeredBy !== '' && this.answeredBy !== tagOf(headerOf(message, 'to')))
      return this.refuseSecond(message);
    this.dialog.established(message);
    this.answeredBy = tagOf(headerOf(message, 'to'));
    if (sent.late && this.leg) this.leg.events = readSdp(message.body)?.events ?? this.leg.events;
    this.deps.send(this.dialog.acknowledge(sent.cseq, sent.late ? this.description('sendrecv') : ''));
    if (again) return;
    if (this.over) return this.bye();
    this.connect(message.body);
    this.call.answer();
  }

  /**
   * A re-INVITE of the customer's side, e.g. to hold us: who holds says nothing, or music.
   * @param more headers, e.g. of a session timer
   */
  reinvite(direction: Direction, more: readonly SipHeader[] = []): void {
    this.own = direction;
    this.offers(this.description(direction), more);
    if (this.leg) this.leg.sending = this.speaks;
  }

  /** The same as phones held before there were directions: `c=0.0.0.0`, and nothing is sent. */
  holdsTheOldWay(): void {
    this.own = 'inactive';
    this.offers(this.description('sendrecv').replace(/^c=.*/m, 'c=IN IP4 0.0.0.0'), []);
    if (this.leg) this.leg.sending = false;
  }

  /** The customer's phone asks us to call somebody (RFC 3515). @param uri e.g. `sip:15400000137@pbx.example` */
  asksTransfer(uri: string): void {
    this.deps.send(this.dialog.request('REFER', '', [['Refer-To', `<${uri}>`]]).bytes);
  }

  private get speaks(): boolean {
    return this.own === 'sendrecv' || (this.own === 'sendonly' && this.deps.manners.music);
  }

  /** Acknowledged, and ended. */
  private refuseSecond(message: SipMessage): void {
    const other = this.dialog.with(message);
    this.deps.send(other.acknowledge(this.sent?.cseq ?? 0));
    this.deps.send(other.request('BYE').bytes);
  }

  private offers(body: string, more: readonly SipHeader[]): void {
    const { bytes, branch, cseq } = this.dialog.request('INVITE', body, more);
    this.finalStatus = null;
    this.sent = { branch, cseq, uri: this.dialog.target, answered: false, late: false };
    this.deps.send(bytes);
  }

  dispose(): void {
    if (this.over) return;
    this.over = true;
    this.again?.dispose();
    this.leg?.dispose();
    this.ringer?.leg.dispose();
    this.deps.done();
  }

  /** What the script has come to, said to the other side. */
  private follow(): void {
    const { state } = this.call;
    if (this.over) return;
    if (state === 'ended') return this.ended();
    if (!this.invite) return;
    if (state === 'active') this.answered ??= this.accept(this.invite);
    else if (this.deps.manners.earlyMedia) this.sounds(this.invite);
    else if (state === 'alerting') this.respond(this.invite, 180);
  }

  private sounds(invite: SipMessage): void {
    this.respond(invite, 183, this.description('sendrecv', this.ringer?.leg), this.ringer?.local);
  }

  private async accept(invite: SipMessage): Promise<void> {
    await null;
    this.ringer?.leg.dispose();
    const body = this.description('sendrecv');
    this.connect(invite.body);
    const say = (afterMs: number): void => {
      this.agree(invite, body);
      this.again = this.deps.clock.after(afterMs, () => say(Math.min(4_000, afterMs * 2)));
    };
    say(firstAgainMs);
  }

  private ended(): void {
    const { call, invite, sent } = this;
    if (call.endedBy === 'local') return;
    if (call.answeredAt !== null) this.bye();
    else if (invite) this.respond(invite, statusOf[call.cause ?? 16] ?? 480);
    // The 487 that follows ends it.
    else if (sent) return this.deps.send(this.dialog.belonging('CANCEL', sent, sent.uri));
    this.dispose();
  }

  private bye(): void {
    this.deps.send(this.dialog.request('BYE').bytes);
  }

  private acked(message: SipMessage): void {
    this.again?.dispose();
    this.again = null;
    // The answer to an offer of ours, where the INVITE had none.
    if (message.body !== '') this.connect(message.body);
  }

  private cancelled(message: SipMessage): void {
    this.respond(message, 200);
    if (!this.invite || this.call.answeredAt !== null) return;
    this.respond(this.invite, 487);
    this.call.end('local', 16);
    this.dispose();
  }

  /** Hold, resume, another address: a new offer in the call (RFC 3264 §8). */
  private changed(message: SipMessage): void {
    const { refuseReinvite, minSessionExpires } = this.deps.manners;
    if (refuseReinvite !== null) return this.respond(message, refuseReinvite);
    if (isTooShort(message, minSessionExpires)) return this.deps.send(this.tooShort(message));
    // Two offers have crossed (RFC 3261 §14.2).
    if (this.sent?.answered === false) return this.respond(message, 491);
    this.dialog.refresh(message);
    this.sessionTimers.push(headerOf(message, 'session-expires'));
    const offer = readSdp(message.body);
    if (!offer) return this.respond(message, message.method === 'UPDATE' ? 200 : 488);
    this.connect(message.body);
    if (offer.direction === 'sendrecv') this.call.resume();
    else this.call.hold();
    this.agree(message, this.description(answerTo(offer.direction, this.own)));
  }

  /** `Signal=5` of application/dtmf-relay. */
  private takeInfo(message: SipMessage, again: boolean): void {
    const { refuseInfo } = this.deps.manners;
    const digit = /Signal\s*=\s*([0-9*#A-D])/.exec(message.body)?.[1];
    if (digit && refuseInfo === null && !again) this.call.far.digits += digit;
    this.respond(message, refuseInfo ?? 200);
  }

  private async open(offer: string): Promise<void> {
    const leg = await this.openLeg();
    if (this.over) return leg.dispose();
    this.leg = leg;
    leg.events = readSdp(offer)?.events ?? leg.events;
    const { earlyMedia, forked } = this.deps.manners;
    if (earlyMedia && !forked && offer !== '') this.connect(offer);
  }

  private async openRinger(offer: string): Promise<void> {
    const leg = await this.openLeg();
    this.ringer = { leg, local: this.dialog.forked() };
    leg.events = this.leg?.events ?? leg.events;
    this.connect(offer, leg);
  }

  private openLeg(): Promise<RtpLeg> {
    const { clock, host } = this.deps;
    const { far } = this.call;
    return RtpLeg.open({
      clock,
      host,
      speak: () => (this.call.state === 'held' ? new Int16Array(160) : far.speak()),
      hear: (frame, at) => {
        // Also of whoever has put it on hold: what leaks is to be seen.
        if (this.call.answeredAt !== null && far.hear(frame, at)) this.call.end('remote');
      },
      digit: (digit) => (far.digits += digit),
      loss: () => this.deps.manners.loss,
    });
  }

  private connect(remote: string, leg = this.leg): void {
    this.remote = remote;
    const sdp = readSdp(remote);
    if (!sdp || !leg) return;
    const [payloadType = 0] = this.deps.manners.payloadTypes.filter((type) => sdp.payloadTypes.includes(type));
    leg.connect(sdp.host, sdp.port, payloadType);
    leg.sending = receives(sdp.direction) && this.speaks;
  }

  private description(direction: Direction, leg = this.leg): string {
    this.version += 1;
    const { deps, version } = this;
    const { payloadTypes, video } = deps.manners;
    return writeSdp({
      host: deps.host,
      port: leg?.port ?? 0,
      direction,
      payloadTypes,
      video: video && this.invite === null,
      events: leg?.events ?? 101,
      version,
    });
  }

  private agree(invite: SipMessage, body: string): void {
    const { sessionExpires } = this.deps.manners;
    const timer: SipHeader[] = sessionExpires === null ? [] : [['Session-Expires', sessionExpires]];
    this.deps.send(this.dialog.response(invite, 'SIP/2.0 200 OK', body, { more: timer }));
  }

  private tooShort(invite: SipMessage): Buffer {
    const more = [['Min-SE', String(this.deps.manners.minSessionExpires)]] as const;
    return this.dialog.response(invite, tooShortTimer, '', { more });
  }

  private respond(request: SipMessage, status: number, body = '', local?: string): void {
    this.deps.send(this.dialog.response(request, `SIP/2.0 ${status} ${reasons[status] ?? 'Unknown'}`, body, { local }));
  }
}
