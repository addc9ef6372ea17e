import type { AudioFacts, DeviceFacts, HidFacts, SerialFacts, UsbPlace } from './facts.ts';

/** One modem's USB device: the ports that are its interfaces, in their order. */
export interface FoundModem extends UsbPlace {
  readonly ports: readonly SerialFacts[];
}

/** The parts of one phone. `usbId`, `serialNumber` and `location` are what it is known by when its ports have other names. */
export interface FoundPhone extends UsbPlace {
  /** In the order of their sockets inside the phone; one for most phones. */
  readonly modems: readonly FoundModem[];
  readonly hid: readonly HidFacts[];
  readonly audio: readonly AudioFacts[];
  /** Another one of the same kind is plugged in: a person needs to be told which is which. */
  readonly twin: boolean;
  /** What tells it from its twins: its serial number, where that is its own (cheap makes give all the same), else its socket. */
  readonly mark: string | null;
}

/** Phones that are a hub with several modems inside, by "vvvv:pppp" (profile field `usb.hub`); else each modem is a phone. */
export type IsHubPhone = (usbId: string) => boolean;

/**
 * Parts to phones: what sits on one USB device is one phone; a key pad or a sound chip beside it belongs to it by the
 * same serial number, or by the same maker on the same hub where no second phone can claim it; a part of which the system
 * tells no socket belongs to the only phone with its ids. What could be anybody's is nobody's: a wrong headset is worse
 * than none.
 */
export function groupDevices(facts: DeviceFacts, isHubPhone: IsHubPhone = () => false): readonly FoundPhone[] {
  const modems = byKey(facts.serial, deviceKey).map(toModem).sort(byLocation);
  const phones = byKey(modems, (modem) => phoneKey(modem, isHubPhone)).map((own) => toPhone(own, isHubPhone));
  return phones.map((phone) => {
    const twins = phones.filter((other) => other !== phone && other.usbId === phone.usbId);
    const { serialNumber, location } = phone;
    const ownSerial = serialNumber !== null && twins.every((other) => other.serialNumber !== serialNumber);
    return {
      ...phone,
      hid: facts.hid.filter((part) => ownerOf(part, phones) === phone),
      audio: facts.audio.filter((part) => ownerOf(part, phones) === phone),
      twin: twins.length > 0,
      mark: twins.length === 0 ? null : ownSerial ? serialNumber : location,
    };
  });
}

/** The hub that a socket is on: "1-2" for "1-2.3"; null for a socket of the computer itself. */
const hubOf = (location: string | null): string | null => /^(.+)\.\d+$/.exec(location ?? '')?.[1] ?? null;
const makerOf = (usbId: string): string => usbId.slice(0, 4);

const deviceKey = (place: SerialFacts): string =>
  place.location === null && place.serialNumber === null
    ? `${place.usbId} alone ${place.path}`
    : `${place.usbId} ${place.location ?? ''} ${place.serialNumber ?? ''}`;

function phoneKey(modem: FoundModem, isHubPhone: IsHubPhone): string {
  const hub = isHubPhone(modem.usbId) ? hubOf(modem.location) : null;
  return hub === null ? `device ${deviceKey(modem.ports[0] as SerialFacts)}` : `hub ${modem.usbId} ${hub}`;
}

function toModem(ports: readonly SerialFacts[]): FoundModem {
  const [{ usbId, serialNumber, location }] = ports as [SerialFacts];
  const inOrder = [...ports].sort(
    (a, b) => (a.usbInterface ?? 0) - (b.usbInterface ?? 0) || a.path.localeCompare(b.path, 'en', { numeric: true }),
  );
  return { usbId, serialNumber, location, ports: inOrder };
}

function toPhone(
  modems: readonly FoundModem[],
  isHubPhone: IsHubPhone,
): Omit<FoundPhone, 'twin' | 'mark' | 'hid' | 'audio'> {
  const [first] = modems as [FoundModem];
  const hub = isHubPhone(first.usbId) ? hubOf(first.location) : null;
  const { usbId, serialNumber } = first;
  return { usbId, serialNumber, location: hub ?? first.location, modems };
}

type Bare = ReturnType<typeof toPhone>;

function ownerOf(part: UsbPlace, phones: readonly Bare[]): Bare | null {
  const only = (fit: (phone: Bare) => boolean): Bare | null => {
    const fitting = phones.filter(fit);
    return fitting.length === 1 ? (fitting[0] ?? null) : null;
  };
  const sameMaker = (phone: Bare): boolean => makerOf(phone.usbId) === makerOf(part.usbId);
  const onDevice = only(
    ({ modems }) => part.location !== null && modems.some(({ location }) => location === part.location),
  );
  if (onDevice) return onDevice;
  const bySerial = only((phone) => {
    const known = phone.modems.some(({ serialNumber }) => serialNumber === part.serialNumber);
    return part.serialNumber !== null && known && sameMaker(phone);
  });
  if (bySerial) return bySerial;
  const hub = hubOf(part.location);
  const onHub = only(
    (phone) => hub !== null && sameMaker(phone) && phone.modems.some(({ location }) => hubOf(location) === hub),
  );
  return onHub ?? only(({ modems }) => part.location === null && modems.some((modem) => couldBeOne(modem, part)));
}

/** The same ids, and no two serial numbers: a system may tell the number of one part and keep that of the other (Windows). */
const couldBeOne = (modem: UsbPlace, part: UsbPlace): boolean =>
  modem.usbId === part.usbId &&
  (modem.serialNumber === null || part.serialNumber === null || modem.serialNumber === part.serialNumber);

/** Groups in the order of their first members. */
function byKey<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

const byLocation = (a: UsbPlace, b: UsbPlace): number =>
  (a.location ?? '').localeCompare(b.location ?? '', 'en', { numeric: true });

/**
 * The phone that a setting means, wherever its ports are now. A serial number is the phone itself; without one, or with
 * one that several have, it is the socket, or the only one of its kind where it was moved to another socket.
 */
export function findByIdentity(phones: readonly FoundPhone[], wanted: UsbPlace): FoundPhone | null {
  const kind = phones.filter(({ usbId }) => usbId === wanted.usbId);
  const { serialNumber: wantedSerial } = wanted;
  const fitting = kind.filter(({ serialNumber, modems }) =>
    wantedSerial === null ? serialNumber === null : modems.some((modem) => modem.serialNumber === wantedSerial),
  );
  const inPlace = fitting.find(({ location }) => location !== null && location === wanted.location);
  return inPlace ?? (fitting.length === 1 ? (fitting[0] ?? null) : null);
}
