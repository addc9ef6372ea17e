import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import type { Disposable } from '#shared/base/dispose.ts';
import type { Behaviour } from '../network/behaviours.ts';
import type { FarParty } from '../network/far-party.ts';
import { Network } from '../network/network.ts';
import type { CallRecord } from '../network/sim-call.ts';
import { nodeClock } from '../node-clock.ts';
import { loadVoices, type Voices } from '../network/voices.ts';
import { Dialog } from './dialog.ts';
import { headerOf, parseSip, replyTo, tagOf, userOf, type SipHeader, type SipMessage } from './sip-message.ts';
import { isTooShort, tooShortTimer, TrunkCall, type TrunkManners } from './trunk-call.ts';

export interface TrunkOptions {
  /** Behaviour by full number, before the table of last digits. */
  readonly farParties?: Readonly<Record<string, Behaviour>>;
  /** 0 ≤ n < 1; a seeded one makes runs repeatable. */
  readonly random?: () => number;
  readonly voices?: Voices;
}

const host = '127.0.0.1';

/**
 * The operator's side of a PBX: a SIP trunk with the same simulated network behind it as the five-SIM phone has, so that
 * the same numbers do the same things whatever carries the call. SIP over UDP and RTP with G.711, written for this.
 */
export class Trunk {
  readonly port: number;
  /** May be changed at any time; takes effect with the next thing that happens. */
  readonly manners: TrunkManners = {
    payloadTypes: [0, 8],
    earlyMedia: false,
    forked: false,
    lateOffer: false,
    video: false,
    refuseReinvite: null,
    refuseInfo: null,
    sessionExpires: null,
    minSessionExpires: 0,
    music: true,
    loss: 0,
  };
  private readonly socket: Socket;
  private readonly network: Network;
  private readonly dialogs = new Map<string, TrunkCall>();
  private peer: { readonly address: string; readonly port: number } | null = null;

  private constructor(socket: Socket, options: TrunkOptions) {
    this.socket = socket;
    this.port = socket.address().port;
    this.network = new Network({
      clock: nodeClock,
      random: options.random ?? (() => randomInt(2 ** 32) / 2 ** 32),
      voices: options.voices ?? loadVoices(),
      farParties: options.farParties ?? {},
    });
    socket.on('message', (bytes, from) => this.take(bytes, from));
    socket.on('error', () => undefined);
  }

  static open(options: TrunkOptions = {}): Promise<Trunk> {
    const socket = createSocket('udp4');
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, host, () => resolve(new Trunk(socket, options)));
    });
  }

  /** Live calls and the latest ended ones, oldest first. */
  get calls(): readonly CallRecord[] {
    return this.network.calls;
  }

  /** Dialogs that are open: none when all calls are over. */
  get open(): number {
    return this.dialogs.size;
  }

  onCall(listener: (call: CallRecord) => void): Disposable {
    return this.network.onCall(listener);
  }

  farParty(number: string): FarParty {
    return this.network.farParty(number);
  }

  /** The live call with that number. */
  callOf(number: string): TrunkCall | undefined {
    return [...this.dialogs.values()].find(({ call }) => call.number === number);
  }

  /** A customer calls. @param at the PBX @param user whom @param more headers of the INVITE */
  async incomingCall(
    at: { readonly host: string; readonly sipPort: number; readonly domain: string },
    user: string,
    number: string,
    more: readonly SipHeader[] = [],
  ): Promise<TrunkCall> {
    this.peer = { address: at.host, port: at.sipPort };
    const uri = `sip:${user}@${at.domain}`;
    const dialog = Dialog.calling(`sip:${number}@${host}:${this.port}`, uri, this.address);
    const call = this.begin(dialog, number, 'incoming');
    await call.invites(uri, more);
    return call;
  }

  /** Every customer hangs up. */
  hangUpAll(): void {
    for (const { call } of this.dialogs.values()) call.end('remote');
  }

  close(): void {
    for (const call of this.dialogs.values()) call.dispose();
    this.socket.close();
  }

  private get address(): string {
    return `${host}:${this.port}`;
  }

  private take(bytes: Uint8Array, from: { address: string; port: number }): void {
    const message = parseSip(bytes);
    if (!message) return;
    this.peer = { address: from.address, port: from.port };
    const known = this.dialogs.get(headerOf(message, 'call-id'));
    if (message.method === null) known?.response(message);
    else if (!known) this.stranger(message);
    // A first INVITE that comes again: its 100 was late.
    else if (message.method !== 'INVITE' || tagOf(headerOf(message, 'to')) !== '') known.request(message);
  }

  private stranger(message: SipMessage): void {
    if (message.method === 'ACK') return;
    const inDialog = tagOf(headerOf(message, 'to')) !== '';
    if (message.method === 'OPTIONS' && !inDialog) return this.refuse(message, 'SIP/2.0 200 OK');
    if (message.method !== 'INVITE' || inDialog)
      return this.refuse(message, 'SIP/2.0 481 Call/Transaction Does Not Exist');
    const { minSessionExpires } = this.manners;
    if (isTooShort(message, minSessionExpires))
      return this.refuse(message, tooShortTimer, [['Min-SE', String(minSessionExpires)]]);
    const wanted = headerOf(message, 'replaces');
    const replaced = this.dialogs.get(wanted.split(';')[0] ?? '');
    if (wanted !== '' && !replaced) return this.refuse(message, 'SIP/2.0 481 Call/Transaction Does Not Exist');
    const number = replaced?.call.number ?? userOf(message.uri);
    const call = this.begin(Dialog.answering(message, this.address), number, 'dialing');
    void (replaced ? call.replaces(replaced, message) : call.offered(message));
  }

  private begin(dialog: Dialog, number: string, state: 'dialing' | 'incoming'): TrunkCall {
    const call = new TrunkCall({
      clock: nodeClock,
      host,
      dialog,
      // The phone's slots are no matter here.
      call: this.network.connect(0, number, state),
      manners: this.manners,
      send: (bytes) => this.send(bytes),
      done: () => this.dialogs.delete(dialog.callId),
    });
    this.dialogs.set(dialog.callId, call);
    return call;
  }

  private refuse(message: SipMessage, status: string, more: readonly SipHeader[] = []): void {
    this.send(replyTo(message, status, more));
  }

  private send(bytes: Buffer): void {
    if (this.peer) this.socket.send(bytes, this.peer.port, this.peer.address);
  }
}
