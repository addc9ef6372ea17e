import { disposable, type Disposable } from '#shared/base/dispose.ts';

/** Long enough that no ear hears a click, short enough that no word is lost (research/sip §7). */
export const rampS = 0.005;

/**
 * What one call is sent: the agent and the opener, and in a three-way call the third party too. All calls share the track of
 * the graph until somebody else is to be heard in one of them: a destination that is made with the call still stutters in the
 * moment of the cut-in (bench `sip-cut-in`), and nobody cuts in to a three-way call.
 */
export class VoiceOutlet implements Disposable {
  /** What this call is sent, whoever carries it: for the recording. Whoever is held is sent nothing. */
  readonly sent: GainNode;
  private readonly context: AudioContext;
  private readonly mix: AudioNode;
  private readonly alone: MediaStreamTrack;
  private together: MediaStreamAudioDestinationNode | null = null;
  private others = 0;
  private listener: (track: MediaStreamTrack) => void = () => undefined;

  /** @param mix agent and opener @param shared the same as a track */
  constructor(context: AudioContext, mix: AudioNode, shared: MediaStreamTrack) {
    this.context = context;
    this.mix = mix;
    this.alone = shared.clone();
    this.sent = new GainNode(context, { gain: 1 });
    mix.connect(this.sent);
  }

  /** To begin with. */
  get track(): MediaStreamTrack {
    return this.alone;
  }

  /** Another track has to be sent from now on. One listener. */
  onTrack(listener: (track: MediaStreamTrack) => void): void {
    this.listener = listener;
  }

  setOpen(open: boolean): void {
    const now = this.context.currentTime;
    this.sent.gain.cancelScheduledValues(now);
    this.sent.gain.setTargetAtTime(open ? 1 : 0, now, rampS / 3);
  }

  /** This one is heard there too, as long as an element plays it (research/sip §7). */
  add(other: MediaStream): Disposable {
    const { context } = this;
    const node = new MediaStreamAudioSourceNode(context, { mediaStream: other });
    node.connect(this.sent);
    this.others += 1;
    if (!this.together) {
      this.together = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
      this.sent.connect(this.together);
      this.listener(trackOf(this.together));
    }
    return disposable(() => {
      node.disconnect();
      this.others -= 1;
      if (this.others > 0) return;
      this.listener(this.alone);
      this.leaveOthers();
    });
  }

  dispose(): void {
    // Whoever listens to it lets go by themselves.
    this.mix.disconnect(this.sent);
    this.leaveOthers();
    this.alone.stop();
  }

  private leaveOthers(): void {
    const { together } = this;
    if (!together) return;
    this.together = null;
    this.sent.disconnect(together);
    trackOf(together).stop();
  }
}

export function trackOf({ stream }: MediaStreamAudioDestinationNode): MediaStreamTrack {
  const [track] = stream.getAudioTracks();
  if (!track) throw new Error('no track');
  return track;
}
