import { sleep, type Clock } from '#shared/base/clock.ts';
import { AppError, toAppError } from '#shared/base/errors.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { PortSpec, UsbPhone } from '#shared/desk-contract/areas/phone.ts';
import type { Transport } from '../face.ts';
import type { ModemPorts } from '../phone/ports.ts';
import type { PhoneProfile } from '../profiles/profile.ts';
import type { SerialFacts } from './facts.ts';
import { findByIdentity, type FoundModem } from './group-devices.ts';
import type { FindPhones } from './phone-finder.ts';
import { speaksAt } from './probe-at.ts';
import { usbRulesOf } from './usb-rules.ts';
import { UsbTransport } from './usb-transport.ts';

export interface UsbPortsDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly profiles: readonly PhoneProfile[];
  readonly find: FindPhones;
  readonly openTransport: (spec: PortSpec) => Transport;
}

/** CDC-ACM has no line and ignores it; a USB-serial bridge in front of a modem runs at this rate (research/hardware 5, case 6). */
const baudRate = 115_200;
const settleMs = 300;
const settleWithinMs = 5_000;

type FindModem = () => Promise<FoundModem | null>;

/** The ports of the n-th modem (from 0) of a phone that is known by what it is. */
export function usbModemPorts(phone: UsbPhone, index: number, deps: UsbPortsDeps): ModemPorts {
  const rules = usbRulesOf(deps.profiles, phone.usbId);
  const name = phone.modems > 1 ? `${phone.label} ${index + 1}` : phone.label;
  const open = ({ path }: SerialFacts): Transport => deps.openTransport({ kind: 'serial', path, baudRate });
  const modem: FindModem = async () => findByIdentity(await deps.find(), phone)?.modems[index] ?? null;
  const make = (choose: () => Promise<SerialFacts | null>): Transport =>
    new UsbTransport({
      name,
      present: () =>
        modem().then(
          (found) => found !== null,
          () => false,
        ),
      async locate() {
        const port = await choose();
        if (!port) throw new AppError('phone.port-missing', { port: name });
        return open(port);
      },
    });
  const byInterface = async (wanted: number): Promise<SerialFacts | null> =>
    (await modem())?.ports.find(({ usbInterface }) => usbInterface === wanted) ?? null;
  const { atInterface = null, pcmInterface = null } = rules ?? {};
  const probing = new AtPortChoice(deps, name, open, pcmInterface);
  return {
    at: () =>
      make(async () => {
        const named = atInterface === null ? null : await byInterface(atInterface);
        // Not every system tells interfaces, and not every firmware keeps to them: then asking finds it.
        return named ?? probing.choose(await settled(modem, deps.clock), atInterface);
      }),
    pcm: pcmInterface === null ? null : () => make(() => byInterface(pcmInterface)),
  };
}

/**
 * The modem once all of its ports are there: those of a composite device appear one by one over seconds, and the first is
 * seldom the one that takes commands. Null = it has gone (again).
 */
async function settled(modem: FindModem, clock: Clock): Promise<FoundModem | null> {
  const names = (found: FoundModem | null): string => found?.ports.map(({ path }) => path).join() ?? '';
  const deadline = clock.mono() + settleWithinMs;
  for (let before = await modem(); ;) {
    if (before === null) return null;
    await sleep(clock, settleMs);
    const now = await modem();
    if (names(now) === names(before) || clock.mono() >= deadline) return now;
    before = now;
  }
}

/** Finds the port that takes commands where no profile names one that is there, by asking (research/hardware case 3). */
class AtPortChoice {
  private readonly deps: UsbPortsDeps;
  private readonly name: string;
  private readonly open: (port: SerialFacts) => Transport;
  private readonly pcmInterface: number | null;
  /** Asked first the next time, so that the others are left in peace. */
  private lastGood: number | null = null;

  constructor(deps: UsbPortsDeps, name: string, open: (port: SerialFacts) => Transport, pcmInterface: number | null) {
    this.deps = deps;
    this.name = name;
    this.open = open;
    this.pcmInterface = pcmInterface;
  }

  /**
   * @param known the interface that is known to take commands: another is asked only where the settled phone lacks it
   * Rejects with `phone.not-a-phone` when none answers, or with why the only candidates could not be asked.
   */
  async choose(modem: FoundModem | null, known: number | null): Promise<SerialFacts | null> {
    if (!modem) return null;
    const { ports } = modem;
    const named = known === null ? undefined : ports.find(({ usbInterface }) => usbInterface === known);
    if (named) return named;
    const candidates = ports
      .filter(({ usbInterface }) => usbInterface === null || usbInterface !== this.pcmInterface)
      .toSorted((a, b) => Number(b.usbInterface === this.lastGood) - Number(a.usbInterface === this.lastGood));
    const [only] = candidates;
    if (only && candidates.length === 1) return only;
    let trouble: AppError | null = null;
    for (const port of candidates) {
      try {
        if (!(await speaksAt(this.open(port), this.deps.clock, this.deps.logger))) continue;
        this.lastGood = port.usbInterface;
        return port;
      } catch (error) {
        trouble = toAppError(error);
      }
    }
    throw trouble ?? new AppError('phone.not-a-phone', { port: this.name });
  }
}
