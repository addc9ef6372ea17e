import type { PhoneState } from '#shared/desk-contract/areas/phone.ts';
import type { AgentVoice } from '#shared/domain/call-channel.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import type { ClipState } from './clip-shelf.ts';
import { clipsFor, pcmFor } from './open-sound.ts';

/**
 * What the next call will have, by make and voice route.
 * @param port the phone's sound port is there
 */
export function soundPlanOf(
  profile: PhoneProfile,
  voice: AgentVoice | null,
  port: boolean,
  clip: ClipState | null,
): NonNullable<PhoneState['sound']> {
  if (clipsFor(profile, voice)) return { opener: 'phone', recording: 'none', clip };
  const pcm = pcmFor(profile, voice);
  if (!pcm || !port) return { opener: 'none', recording: 'none', clip: null };
  const handedOver = pcm.kind === 'pcm-plain' && voice === null;
  return { opener: 'desk', recording: handedOver ? 'until-cut-in' : 'whole', clip: null };
}
