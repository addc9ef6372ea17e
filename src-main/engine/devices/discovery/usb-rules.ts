import type { PhoneProfile } from '../profiles/profile.ts';

export type UsbRules = NonNullable<PhoneProfile['usb']>;

/** What the profiles know of a USB device before a word was spoken to it; null = nothing. */
export const usbRulesOf = (profiles: readonly PhoneProfile[], usbId: string): UsbRules | null =>
  profiles.find(({ usb }) => usb?.ids.includes(usbId))?.usb ?? null;
