import type { FoundPhone as FoundPhoneView } from '#shared/desk-contract/areas/phone.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import type { FoundPhone } from './group-devices.ts';
import { usbRulesOf } from './usb-rules.ts';

/** A found phone as a person chooses it. One modem counts as one behind a slot switch: with one card it is the same. */
export function describePhone(phone: FoundPhone, profiles: readonly PhoneProfile[]): FoundPhoneView {
  const { usbId, serialNumber, location, modems } = phone;
  const rules = usbRulesOf(profiles, usbId);
  const several = modems.length > 1 || rules?.hub === true;
  return {
    connection: {
      kind: 'usb',
      usbId,
      serialNumber,
      location,
      shape: several ? 'modem-per-sim' : rules?.stacks === 2 ? 'dsds' : 'mux',
      modems: Math.min(modems.length, 5),
      label: labelOf(phone, profiles),
    },
    ports: modems.flatMap(({ ports }) => ports.map(({ path }) => path)),
    hidParts: phone.hid.length,
    soundCards: phone.audio.map(({ card, name }) => ({ card, name })),
    twin: phone.twin,
  };
}

/**
 * `Quectel EG25-G · 0123`: its own words, else those of the only profile with its ids, and for twins what tells it from
 * the other.
 */
function labelOf({ usbId, modems, mark }: FoundPhone, profiles: readonly PhoneProfile[]): string {
  const port = modems[0]?.ports[0];
  const own = [port?.manufacturer, port?.product].filter(Boolean).join(' ');
  const [profile, shared] = profiles.filter(({ usb }) => usb?.ids.includes(usbId));
  const known = port?.product || shared ? undefined : profile?.name;
  const name = known ?? (own === '' ? usbId : own);
  return (mark === null ? name : `${name} · ${mark}`).slice(0, 200);
}
