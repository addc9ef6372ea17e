import type { BodyAndContentType, SessionDescriptionHandler, SessionDescriptionHandlerOptions } from 'sip.js';
import type { IceServers } from './ice-servers.ts';
import type { ReadyOffer } from './offer-ahead.ts';
import { addressesOf, openPeer, preferOurCodecs } from './peer-connection.ts';
import { hasOurCodec, soundAlone, withSameRole, type Agreed } from './sdp.ts';

/** What a call begins with. */
export interface PeerStart {
  readonly iceServers: IceServers;
  /** Of a call of ours: what is sent first, where it was made beforehand. */
  readonly ready: ReadyOffer | null;
}

export interface PeerMediaDeps extends PeerStart {
  /** What the other side is to hear, for this call alone: it is stopped with the call. */
  readonly voice: () => MediaStreamTrack;
  /** The other side's sound; once per call, or anew after a change of the other end. */
  readonly onRemote: (stream: MediaStream) => void;
  readonly onConnection: (state: RTCPeerConnectionState) => void;
}

/** What a description is wanted for. */
export interface MediaWish extends SessionDescriptionHandlerOptions {
  readonly hold?: boolean;
  readonly iceRestart?: boolean;
}

const sdp = 'application/sdp';

/**
 * The sound of one call below sip.js's core (RFC 3264 over WebRTC). Its own handler cannot take back an offer that was
 * refused, which leaves the rest of the call without hold and without sound (research/sip §6.1); this one can.
 */
export class PeerMedia implements SessionDescriptionHandler {
  readonly peer: RTCPeerConnection;
  private readonly deps: PeerMediaDeps;
  private voice: MediaStreamTrack;
  private sender: RTCRtpSender | null;
  /** The description that stands is an offer which nobody has been sent yet. */
  private offerReady: boolean;
  /** What both sides agreed on last, to go back to. */
  private agreed: Agreed | null = null;
  private held = false;
  private changeTaken = true;
  private heldBefore = false;
  /** An offer of ours is not sent yet: whatever comes meanwhile is no answer to it. */
  private making = false;
  /** Both who made the offer and who had to give way ask for it. */
  private rollingBack: Promise<void> | null = null;

  constructor(deps: PeerMediaDeps) {
    this.deps = deps;
    this.voice = deps.voice();
    const { ready } = deps;
    this.peer = ready?.peer ?? openPeer(deps.iceServers);
    this.sender = ready?.sender ?? null;
    this.offerReady = ready !== null;
    void this.sender?.replaceTrack(this.voice);
    this.peer.ontrack = ({ track, streams }) => deps.onRemote(streams[0] ?? new MediaStream([track]));
    this.peer.onconnectionstatechange = () => deps.onConnection(this.peer.connectionState);
  }

  get onHold(): boolean {
    return this.held;
  }

  /** The other side is to be heard: neither of us has put the call on hold. Whoever holds us may play music, or nothing. */
  get expectsSound(): boolean {
    return this.line?.currentDirection === 'sendrecv';
  }

  /**
   * Nobody answers on our way to the other side (RFC 7675: consent is not given any more). What they say may still come in
   * by it, so that nothing is missed here; they hear us for some seconds more, then nothing.
   */
  get wayLost(): boolean {
    const { connectionState } = this.peer;
    return connectionState === 'failed' || connectionState === 'disconnected';
  }

  /** The answer to our latest change of a running call could not be used: everything is as it was before. */
  get changeFailed(): boolean {
    return !this.changeTaken;
  }

  /** The other side hears this one from now on. */
  speak(voice: MediaStreamTrack): void {
    this.voice = voice;
    voice.enabled = !this.held;
    void this.sender?.replaceTrack(voice);
  }

  close(): void {
    this.voice.stop();
    this.peer.close();
  }

  hasDescription(contentType: string): boolean {
    return contentType === sdp;
  }

  async getDescription(options?: MediaWish): Promise<BodyAndContentType> {
    if (this.offerReady) {
      this.offerReady = false;
      return this.described();
    }
    const { hold, iceRestart = false } = options ?? {};
    const offering = this.peer.signalingState !== 'have-remote-offer';
    this.making = offering;
    this.heldBefore = this.held;
    if (hold !== undefined) this.held = hold;
    this.addVoice();
    this.direct();
    const description = offering ? await this.peer.createOffer({ iceRestart }) : await this.peer.createAnswer();
    this.stillWanted(offering);
    await this.peer.setLocalDescription(description);
    await addressesOf(this.peer, this.deps.iceServers);
    this.stillWanted(offering);
    this.making = false;
    if (!offering) this.agree();
    return this.described();
  }

  async setDescription(body: string): Promise<void> {
    if (this.making) await this.giveWay();
    const { signalingState } = this.peer;
    const type = signalingState === 'stable' || signalingState === 'have-remote-offer' ? 'offer' : 'answer';
    // A browser would take it, and have a call that nobody can talk in.
    if ((type === 'offer' || !this.agreed) && !hasOurCodec(body)) throw new Error('no codec in common');
    const answer = this.agreed ? withSameRole(body, this.agreed) : body;
    if (type === 'answer' && this.agreed) return this.change(answer);
    await this.peer.setRemoteDescription({ type, sdp: type === 'offer' ? soundAlone(body) : answer });
    if (type === 'answer') this.agree();
  }

  /**
   * Sound before the answer, as an answer that may still change: the one of the 200 can be another party's (research/sip
   * §5, "183 from one to-tag"). What cannot be played is no reason to end the call.
   */
  async setEarly(body: string): Promise<void> {
    const { signalingState } = this.peer;
    if (signalingState !== 'have-local-offer' && signalingState !== 'have-remote-pranswer') return;
    await this.peer.setRemoteDescription({ type: 'pranswer', sdp: body }).catch(() => undefined);
  }

  /** Our offer was refused, or crossed theirs: everything is as it was agreed before. */
  rollbackDescription(): Promise<void> {
    this.rollingBack ??= this.rollBack().finally(() => (this.rollingBack = null));
    return this.rollingBack;
  }

  /**
   * An answer that cannot be used (a PBX whose relay is gone passes on one without keys) is as good as a refusal: were it
   * an error, sip.js would end the call.
   */
  private async change(sdp: string): Promise<void> {
    this.changeTaken = await this.peer.setRemoteDescription({ type: 'answer', sdp }).then(
      () => true,
      () => false,
    );
    if (this.changeTaken) this.agree();
    else await this.rollbackDescription();
  }

  private async rollBack(): Promise<void> {
    if (this.peer.signalingState !== 'have-local-offer') return;
    await this.peer.setLocalDescription({ type: 'rollback' });
    this.held = this.heldBefore;
    this.direct();
    const { agreed } = this;
    if (!agreed) return;
    // The rollback leaves the directions as the offer had them: only a description that is applied puts them back.
    if (agreed.local.type === 'offer') {
      await this.peer.setLocalDescription(await this.peer.createOffer());
      await this.peer.setRemoteDescription(agreed.remote);
    } else {
      await this.peer.setRemoteDescription(agreed.remote);
      await this.peer.setLocalDescription(await this.peer.createAnswer());
    }
  }

  /** RFC 4733, in the sound's own stream. */
  sendDtmf(tones: string, options?: unknown): boolean {
    const { duration = 100, interToneGap = 70 } = (options ?? {}) as { duration?: number; interToneGap?: number };
    const { dtmf } = this.sender ?? {};
    if (!dtmf?.canInsertDTMF) return false;
    dtmf.insertDTMF(dtmf.toneBuffer + tones, duration, interToneGap);
    return true;
  }

  /** Of the sound, which may stand behind a picture. */
  private get line(): RTCRtpTransceiver | undefined {
    return this.peer.getTransceivers().find(({ receiver }) => receiver.track.kind === 'audio');
  }

  private described(): BodyAndContentType {
    return { body: this.peer.localDescription?.sdp ?? '', contentType: sdp };
  }

  private stillWanted(offering: boolean): void {
    if (offering && !this.making) throw new Error('theirs came first');
  }

  /** Their offer is here before ours was sent: theirs is answered, and ours made again later. */
  private async giveWay(): Promise<void> {
    this.making = false;
    await this.rollbackDescription();
    this.held = this.heldBefore;
  }

  /** Behind the first offer of the other side its line is taken, before it a new one is made. */
  private addVoice(): void {
    if (this.sender) return;
    const { line } = this;
    if (line) {
      this.sender = line.sender;
      void line.sender.replaceTrack(this.voice);
    } else this.sender = this.peer.addTransceiver(this.voice, { direction: 'sendrecv' }).sender;
    if (this.line) preferOurCodecs(this.line);
  }

  /** Whoever is held hears nothing of the microphone, which `sendonly` alone would go on sending (research/sip §6.3): silence keeps the way open. */
  private direct(): void {
    const { line } = this;
    if (line) line.direction = this.held ? 'sendonly' : 'sendrecv';
    this.voice.enabled = !this.held;
  }

  private agree(): void {
    const { currentLocalDescription: local, currentRemoteDescription: remote } = this.peer;
    if (local && remote) this.agreed = { local, remote };
  }
}
