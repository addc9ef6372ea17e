import type {
  FoundPhone,
  PhoneConnection,
  PortSpec,
  SerialPortInfo,
  UsbPhone,
} from '#shared/desk-contract/areas/phone.ts';

/** One port as the form holds it: text fields that may be half filled. */
export interface PortDraft {
  kind: 'serial' | 'tcp';
  path: string;
  baudRate: string;
  /** host:port */
  address: string;
}
export interface ModemDraft {
  at: PortDraft;
  pcm: PortDraft;
}
export interface ConnectionDraft {
  kind: PhoneConnection['kind'];
  /** Five for one modem per SIM, the first one for a phone whose cards share a modem. */
  modems: ModemDraft[];
  /** The phone that was found by USB, of the kind `usb`. */
  usb: UsbPhone | null;
}

const slots = 5;
/** How many modems a person names the ports of. */
export const modemCount = (kind: ConnectionDraft['kind']): number =>
  kind === 'modem-per-sim' ? slots : kind === 'mux' || kind === 'dsds' ? 1 : 0;

const emptyPort = (kind: PortDraft['kind'] = 'serial'): PortDraft => ({
  kind,
  path: '',
  baudRate: '115200',
  address: '',
});

function portDraft(spec: PortSpec | null): PortDraft {
  if (!spec) return emptyPort();
  if (spec.kind === 'tcp') return { ...emptyPort('tcp'), address: `${spec.host}:${spec.port}` };
  return { ...emptyPort(), path: spec.path, baudRate: String(spec.baudRate) };
}

export function draftOf(connection: PhoneConnection): ConnectionDraft {
  const known =
    'modem' in connection ? [connection.modem] : connection.kind === 'modem-per-sim' ? connection.modems : [];
  return {
    kind: connection.kind,
    modems: Array.from({ length: slots }, (_, index) => ({
      at: portDraft(known[index]?.at ?? null),
      pcm: portDraft(known[index]?.pcm ?? null),
    })),
    usb: connection.kind === 'usb' ? connection : null,
  };
}

/** `10.0.0.5:4001` or `[::1]:4001`; null while it is not an address yet. */
function readAddress(text: string): { host: string; port: number } | null {
  const found = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text.trim());
  const host = found?.[1] ?? found?.[2];
  const port = Number(found?.[3]);
  return host && port >= 1 && port <= 65_535 ? { host, port } : null;
}

/** The port, null where the field is empty, `invalid` where it says something we cannot read. */
export function readPort(draft: PortDraft): PortSpec | null | 'invalid' {
  if (draft.kind === 'tcp') {
    if (draft.address.trim() === '') return null;
    const address = readAddress(draft.address);
    return address ? { kind: 'tcp', ...address } : 'invalid';
  }
  if (draft.path.trim() === '') return null;
  const baudRate = Number(draft.baudRate);
  if (!Number.isInteger(baudRate) || baudRate < 300) return 'invalid';
  return { kind: 'serial', path: draft.path.trim(), baudRate };
}

/** The setting that the form describes; null while something is missing or wrong. Slots are filled from the first on. */
export function readConnection(draft: ConnectionDraft): PhoneConnection | null {
  if (draft.kind === 'none' || draft.kind === 'demo') return { kind: draft.kind };
  if (draft.kind === 'usb') return draft.usb;
  const wanted = draft.modems.slice(0, modemCount(draft.kind));
  const modems: { at: PortSpec; pcm: PortSpec | null }[] = [];
  let ended = false;
  for (const modem of wanted) {
    const at = readPort(modem.at);
    const pcm = readPort(modem.pcm);
    if (at === 'invalid' || pcm === 'invalid') return null;
    if (at === null) ended = true;
    else if (ended) return null;
    else modems.push({ at, pcm });
  }
  const [first] = modems;
  if (!first) return null;
  return draft.kind === 'modem-per-sim' ? { kind: draft.kind, modems } : { kind: draft.kind, modem: first };
}

/** One phone to choose; `found` is null where the saved one is not plugged in. */
export interface PhoneChoice {
  readonly phone: UsbPhone;
  readonly found: FoundPhone | null;
}

const isSame = (a: UsbPhone, b: UsbPhone): boolean =>
  a.usbId === b.usbId && a.serialNumber === b.serialNumber && (a.serialNumber !== null || a.location === b.location);

/** The phones that are there, and the saved one even when it is not: a setting must not vanish with a cable. */
export function phoneChoices(found: readonly FoundPhone[], saved: UsbPhone | null): PhoneChoice[] {
  const there = found.map((each) => ({ phone: each.connection, found: each }));
  if (!saved || found.some(({ connection }) => isSame(connection, saved))) return there;
  return [{ phone: saved, found: null }, ...there];
}

export const isChosen = (draft: ConnectionDraft, phone: UsbPhone): boolean =>
  draft.kind === 'usb' && draft.usb !== null && isSame(draft.usb, phone);

/** `/dev/ttyUSB2 · Quectel`: the path, and what tells two alike ports apart. */
export const portLabel = (port: SerialPortInfo): string =>
  [port.path, port.manufacturer, port.usbId].filter(Boolean).join(' · ');
