import type { Clock } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { AgentVoice, CallSound } from '#shared/domain/call-channel.ts';
import type { AtSession } from '../at/at-session.ts';
import type { Transport } from '../face.ts';
import { pcmOf, type ClipsProfile, type PcmProfile, type PhoneProfile } from '../profiles/profile.ts';
import { SwitchedCallSound } from './call-sound.ts';
import { FileCallSound } from './file-sound.ts';
import { HostedCallSound } from './hosted-sound.ts';

const windowGapMs = 250;

/**
 * The sound port's rules for a call whose agent speaks into `voice`, null = the handset. Null when the port must stay
 * off: where it takes the line from the handset and cannot give it back, a handset agent would talk to nobody.
 */
export function pcmFor(profile: PhoneProfile, voice: AgentVoice | null): PcmProfile | null {
  if (!profile.sound) return null;
  const sound = pcmOf(profile.sound);
  const lost = sound.kind === 'pcm-plain' && sound.handset === null && voice === null;
  return lost ? null : sound;
}

/** How the phone plays the opener itself in such a call: where its sound port gives the agent at the handset none. */
export function clipsFor(profile: PhoneProfile, voice: AgentVoice | null): ClipsProfile | null {
  const atHandset = voice === null || profile.sound === null;
  return atHandset && pcmFor(profile, voice) === null ? profile.clips : null;
}

/** The sound of a call at this phone. */
export interface PhoneCallSound extends CallSound, Disposable {
  /** Tells an opener that has the microphone shut by the same command. @returns whether that command must not be sent now */
  noteMuted?(muted: boolean): boolean;
}

export interface SoundParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly session: AtSession;
  readonly pcm: Transport | null;
  readonly profile: PhoneProfile;
  readonly voice: AgentVoice | null;
  /** The phone's own name of an opener. @throws AppError where it has none */
  readonly nameOfClip: (clip: Int16Array) => string;
}

/** The sound of a call that was answered just now; null when this phone's sound does not come to us. */
export function openCallSound(parts: SoundParts): PhoneCallSound | null {
  const { pcm, voice, nameOfClip } = parts;
  const clips = clipsFor(parts.profile, voice);
  if (clips) return new FileCallSound({ ...parts, clips, nameOf: nameOfClip });
  const profile = pcmFor(parts.profile, voice);
  if (!pcm || !profile) return null;
  const { clock, logger, session } = parts;
  if (profile.kind === 'pcm-switch' && voice === null)
    return new SwitchedCallSound({ clock, logger, session, pcm, profile });
  // A window may be busy for longer than a cable ever is; what comes late from it is not lost.
  const gapMs = parts.profile.sound?.kind === 'usb-audio' ? { gapMs: windowGapMs } : {};
  return new HostedCallSound({ clock, logger, session, pcm, profile, voice, ...gapMs });
}
