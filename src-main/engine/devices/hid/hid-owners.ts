import type { PhoneConnection } from '#shared/desk-contract/areas/phone.ts';
import { findByIdentity, type FoundPhone } from '../discovery/group-devices.ts';
import type { FindPhones } from '../discovery/phone-finder.ts';
import type { HidDevice } from '../face.ts';

/** Whose the HID parts of this machine are, by their paths of this moment. What is in neither is nobody's: a headset. */
export interface HidOwners {
  /** Of the phone that the desk is connected to. */
  readonly chosen: ReadonlySet<string>;
  /** Of phones that stand beside it. */
  readonly others: ReadonlySet<string>;
}
export type FindHidOwners = () => Promise<HidOwners>;

const nobody: HidOwners = { chosen: new Set(), others: new Set() };
/** Where phones are not looked for. */
export const nobodys: FindHidOwners = () => Promise.resolve(nobody);

/**
 * The HID parts of the chosen phone and of its neighbours, found as its ports are: by what they are plugged into, whatever
 * they are called now. A phone that was chosen by a port is the one that has this port; where the choice tells no phone
 * (a serial server, the demo, none) no part is anybody's. Never rejects.
 */
export const hidOwnersFinder =
  (find: FindPhones, connection: () => PhoneConnection): FindHidOwners =>
  async () => {
    const phones = await find().catch((): readonly FoundPhone[] => []);
    const wanted = connection();
    const own = chosenOf(phones, wanted);
    if (!own && wanted.kind !== 'usb') return nobody;
    const paths = (of: readonly FoundPhone[]): Set<string> =>
      new Set(of.flatMap(({ hid }) => hid.map(({ path }) => path)));
    return { chosen: paths(own ? [own] : []), others: paths(phones.filter((phone) => phone !== own)) };
  };

function chosenOf(phones: readonly FoundPhone[], wanted: PhoneConnection): FoundPhone | null {
  switch (wanted.kind) {
    case 'usb':
      return findByIdentity(phones, wanted);
    case 'mux':
    case 'dsds':
    case 'modem-per-sim': {
      const chosen = (wanted.kind === 'modem-per-sim' ? wanted.modems : [wanted.modem]).map(({ at }) => at);
      const has = (path: string): boolean => chosen.some((at) => at.kind === 'serial' && at.path === path);
      return phones.find(({ modems }) => modems.some(({ ports }) => ports.some(({ path }) => has(path)))) ?? null;
    }
    case 'none':
    case 'demo':
      return null;
  }
}

/** The chosen phone's keys first, then whatever belongs to no phone, another phone's last. */
export const rankOf = ({ path }: HidDevice, { chosen, others }: HidOwners): number =>
  chosen.has(path) ? 0 : others.has(path) ? 2 : 1;
