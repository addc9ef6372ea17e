import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import type { Disposable } from '#shared/base/dispose.ts';
import type { Clock } from '#shared/base/clock.ts';
import { frameMs, frameSamples } from '../network/wav.ts';
import { pcma, pcmu, type Codec } from './g711.ts';

const header = 12;
/** A sender that stops for longer begins anew; what is lost in between is silence for whoever listens. */
const mostFilled = 50;

export interface RtpLegDeps {
  readonly clock: Clock;
  readonly host: string;
  /** The next 20 ms to send. */
  readonly speak: () => Int16Array;
  /** Share of our packets that get lost on their way, 0 to 1. */
  readonly loss: () => number;
  /** 20 ms that came, lost ones as silence, in their order. */
  readonly hear: (frame: Int16Array, at: number) => void;
  /** A key press (RFC 4733). */
  readonly digit: (digit: string) => void;
}

/** Plain RTP (RFC 3550) of one call: G.711 in packets of 20 ms, on an absolute schedule. */
export class RtpLeg implements Disposable {
  readonly port: number;
  private readonly deps: RtpLegDeps;
  private readonly socket: Socket;
  private readonly ssrc = randomInt(0xffff_ffff);
  private codec: Codec = pcmu;
  private remote: { readonly host: string; readonly port: number } | null = null;
  private sequence = 0;
  /** Of a packet: how much of the next one is lost by now. */
  private owed = 0;
  private timestamp = 0;
  private lastHeard: number | null = null;
  /** Who is heard: another one counts their packets from another number on (RFC 3550 §8.2). */
  private source: number | null = null;
  private lastDigitAt: number | null = null;
  private timer: Disposable | null = null;
  private over = false;
  /** By this payload type key presses come. */
  events = 101;
  /** False while we are to be silent: held. */
  sending = true;

  private constructor(socket: Socket, deps: RtpLegDeps) {
    this.socket = socket;
    this.deps = deps;
    this.port = socket.address().port;
    socket.on('message', (packet) => this.take(packet));
    socket.on('error', () => undefined);
  }

  static open(deps: RtpLegDeps): Promise<RtpLeg> {
    const socket = createSocket('udp4');
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, deps.host, () => resolve(new RtpLeg(socket, deps)));
    });
  }

  /** Sends there from now on. */
  connect(host: string, port: number, payloadType: number): void {
    this.remote = { host, port };
    this.codec = payloadType === pcma.payloadType ? pcma : pcmu;
    if (!this.timer) this.pace(this.deps.clock.mono());
  }

  dispose(): void {
    if (this.over) return;
    this.over = true;
    this.timer?.dispose();
    this.socket.close();
  }

  private pace(due: number): void {
    const { clock } = this.deps;
    this.timer = clock.after(Math.max(0, due - clock.mono()), () => {
      this.send(this.deps.speak());
      if (!this.over) this.pace(due + frameMs);
    });
  }

  private send(frame: Int16Array): void {
    this.sequence = (this.sequence + 1) & 0xffff;
    this.timestamp = (this.timestamp + frameSamples) >>> 0;
    if (!this.remote || !this.sending || this.over || this.loses()) return;
    const packet = Buffer.alloc(header + frame.length);
    packet[0] = 0x80;
    packet[1] = this.codec.payloadType;
    packet.writeUInt16BE(this.sequence, 2);
    packet.writeUInt32BE(this.timestamp, 4);
    packet.writeUInt32BE(this.ssrc, 8);
    packet.set(this.codec.encode(frame), header);
    this.socket.send(packet, this.remote.port, this.remote.host);
  }

  /** Evenly, so that a test that asks for a tenth has a tenth in every second. */
  private loses(): boolean {
    this.owed += this.deps.loss();
    if (this.owed < 1) return false;
    this.owed -= 1;
    return true;
  }

  private take(packet: Uint8Array): void {
    const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
    if (packet.length <= header || view.getUint8(0) >> 6 !== 2) return;
    const type = view.getUint8(1) & 0x7f;
    const payload = packet.subarray(header + (view.getUint8(0) & 0x0f) * 4);
    if (type === this.events) return this.takeDigit(payload, view.getUint32(4));
    const codec = [pcmu, pcma].find(({ payloadType }) => payloadType === type);
    if (!codec) return;
    const source = view.getUint32(8);
    if (source !== this.source) this.lastHeard = null;
    this.source = source;
    this.takeSound(codec.decode(payload), view.getUint16(2));
  }

  private takeSound(frame: Int16Array, sequence: number): void {
    const at = this.deps.clock.mono();
    const step = this.lastHeard === null ? 1 : (sequence - this.lastHeard) & 0xffff;
    // Behind what was heard already: too late for anybody's ear.
    if (step === 0 || step > 0x8000) return;
    this.lastHeard = sequence;
    if (step <= mostFilled) for (let lost = 1; lost < step; lost += 1) this.deps.hear(new Int16Array(frame.length), at);
    this.deps.hear(frame, at);
  }

  /** All packets of one press have one time stamp (RFC 4733 §2.5.1). */
  private takeDigit(payload: Uint8Array, timestamp: number): void {
    if (timestamp === this.lastDigitAt) return;
    this.lastDigitAt = timestamp;
    const digit = '0123456789*#ABCD'[payload[0] ?? 99];
    if (digit !== undefined) this.deps.digit(digit);
  }
}
