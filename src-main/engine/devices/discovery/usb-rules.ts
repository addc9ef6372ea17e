import type { PhoneProfile } from '../profiles/profile.ts';

export type UsbRules = NonNullable<PhoneProfile['usb']>;

/**
 * What the profiles know of a USB device before a word was spoken to it; null = nothing. Makes share ids (a chip maker's
 * reference design): where their profiles differ, that is not known, and only asking tells.
 */
export function usbRulesOf(profiles: readonly PhoneProfile[], usbId: string): UsbRules | null {
  const [first, ...others] = profiles.flatMap(({ usb }) => (usb?.ids.includes(usbId) ? [usb] : []));
  if (!first) return null;
  const agreed = (field: 'atInterface' | 'pcmInterface'): number | null =>
    others.every((other) => other[field] === first[field]) ? first[field] : null;
  return {
    ids: first.ids,
    atInterface: agreed('atInterface'),
    pcmInterface: agreed('pcmInterface'),
    hub: [first, ...others].every(({ hub }) => hub),
    stacks: others.every(({ stacks }) => stacks === first.stacks) ? first.stacks : 1,
  };
}
