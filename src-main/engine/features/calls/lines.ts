import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import type {
  CallChannel,
  CallSound,
  CallTransfers,
  ChannelEvent,
  DialRequest,
  IncomingCall,
  LineRef,
  OpenCall,
  Stamp,
  TransferAsked,
} from '#shared/domain/call-channel.ts';
import type { Channel } from '#shared/domain/vocabulary.ts';
import type { MediaReading } from '#shared/domain/voice-quality.ts';

type PerCall = 'hangUp' | 'forceEnd' | 'answer' | 'reject' | 'hold' | 'resume';

/** All channels of this desk as one: what is asked of a call goes to the channel that carries it. */
export class Lines implements Disposable {
  private readonly channels: readonly CallChannel[];
  private readonly carriers = new Map<string, CallChannel>();
  private readonly events = new Emitter<{ callId: string; event: ChannelEvent; stamp: Stamp }>();
  private readonly incoming = new Emitter<IncomingCall & { readonly channel: Channel }>();
  private readonly readings = new Emitter<{ callId: string; reading: MediaReading }>();
  private readonly bag = new DisposeBag();

  constructor(channels: readonly CallChannel[]) {
    this.channels = channels;
    for (const channel of channels) {
      const measured = channel.onReading?.((callId, reading) => this.readings.emit({ callId, reading }));
      if (measured) this.bag.add(measured);
      this.bag.add(
        channel.onIncoming((call) => {
          this.carriers.set(call.callId, channel);
          this.incoming.emit({ ...call, channel: channel.channel });
        }),
      );
      this.bag.add(
        channel.onEvent((callId, event, stamp) => {
          this.events.emit({ callId, event, stamp });
          if (event.type === 'ended') this.carriers.delete(callId);
        }),
      );
    }
  }

  onEvent(listener: (callId: string, event: ChannelEvent, stamp: Stamp) => void): Disposable {
    return this.events.on(({ callId, event, stamp }) => listener(callId, event, stamp));
  }

  onIncoming(listener: (call: IncomingCall & { readonly channel: Channel }) => void): Disposable {
    return this.incoming.on(listener);
  }

  onReading(listener: (callId: string, reading: MediaReading) => void): Disposable {
    return this.readings.on(({ callId, reading }) => listener(callId, reading));
  }

  /** @throws AppError `channel.not-available` */
  async dial(name: Channel, request: DialRequest): Promise<void> {
    const channel = this.channels.find((one) => one.channel === name);
    if (!channel) throw new AppError('channel.not-available', { channel: name });
    this.carriers.set(request.callId, channel);
    await channel.dial(request);
  }

  /** By which of several lines of its channel this call goes; null = there are none, or nobody carries it. */
  lineOf(callId: string): LineRef | null {
    return this.carriers.get(callId)?.lineOf?.(callId) ?? null;
  }

  /** What can be done with this call besides talking; null = its channel cannot, or nobody carries it. */
  transfersOf(callId: string): CallTransfers | null {
    return this.carriers.get(callId)?.transfers ?? null;
  }

  onTransferAsked(listener: (asked: TransferAsked & { readonly channel: Channel }) => void): Disposable {
    const bag = new DisposeBag();
    for (const { channel, transfers } of this.channels)
      if (transfers) bag.add(transfers.onAsked((asked) => listener({ ...asked, channel })));
    return bag;
  }

  onTransferOver(listener: (requestId: string) => void): Disposable {
    const bag = new DisposeBag();
    for (const { transfers } of this.channels) if (transfers) bag.add(transfers.onAskedOver(listener));
    return bag;
  }

  /** @param callId the new call's @throws AppError as the channel does */
  async acceptTransfer(name: Channel, requestId: string, callId: string): Promise<void> {
    const channel = this.channels.find((one) => one.channel === name);
    if (!channel?.transfers) throw new AppError('call.gone');
    this.carriers.set(callId, channel);
    await channel.transfers.accept(requestId, callId);
  }

  async declineTransfer(name: Channel, requestId: string): Promise<void> {
    await this.channels.find((one) => one.channel === name)?.transfers?.decline(requestId);
  }

  /** Rejects with `call.gone` for a call that nobody carries, else as the channel does. */
  async ask(what: PerCall, callId: string): Promise<void> {
    await this.carrier(callId)[what](callId);
  }

  async sendDtmf(callId: string, digit: string): Promise<void> {
    await this.carrier(callId).sendDtmf(callId, digit);
  }

  async setMuted(callId: string, muted: boolean): Promise<void> {
    await this.carrier(callId).setMuted(callId, muted);
  }

  sound(callId: string): CallSound | null {
    return this.carriers.get(callId)?.sound(callId) ?? null;
  }

  prepareClip(clip: Int16Array | null): void {
    for (const channel of this.channels) channel.prepareClip(clip);
  }

  /** After a restart: which of them are still carried, each by its own channel. */
  async adopt(calls: readonly (OpenCall & { readonly channel: Channel })[]): Promise<readonly string[]> {
    const kept = await Promise.all(
      this.channels.map(async (channel) => {
        const own = calls.filter((call) => call.channel === channel.channel);
        // Known as theirs before they are asked: what they tell of them may come first.
        for (const { callId } of own) this.carriers.set(callId, channel);
        return own.length === 0 ? [] : channel.adopt(own);
      }),
    );
    const ids = kept.flat();
    for (const { callId } of calls) if (!ids.includes(callId)) this.carriers.delete(callId);
    return ids;
  }

  dispose(): void {
    this.bag.dispose();
  }

  private carrier(callId: string): CallChannel {
    const channel = this.carriers.get(callId);
    if (!channel) throw new AppError('call.gone');
    return channel;
  }
}
