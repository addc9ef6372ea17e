import type { FoundPhone, PhoneConnection, PortSpec } from '#shared/desk-contract/areas/phone.ts';
import type { AgentVoice } from '#shared/domain/call-channel.ts';
import type { EngineContext } from '../context.ts';
import { describePhone } from './discovery/describe-phone.ts';
import type { ReadFacts } from './discovery/facts.ts';
import { phoneFinder, type FindPhones } from './discovery/phone-finder.ts';
import { factsReader } from './discovery/read-facts.ts';
import { usbModemPorts } from './discovery/usb-ports.ts';
import type { DeskPhone, HidBus, LoopbackPhone, PhoneRules, Transport } from './face.ts';
import { HidKeys } from './hid/hid-keys.ts';
import { hidOwnersFinder } from './hid/hid-owners.ts';
import type { HidRule } from './hid/hid-rules.ts';
import { createNodeHidBus, joinHidBuses, listHidFacts } from './hid/node-hid.ts';
import { DeskPhoneDriver } from './phone/desk-phone.ts';
import { portsMaker } from './phone/ports.ts';
import type { PhoneProfile } from './profiles/profile.ts';
import type { SoundCardLink } from './sound-card/sound-card-link.ts';
import { transportMaker } from './transport/open-transport.ts';
import { listRawPorts } from './transport/serial.ts';

export type { DeskPhone, LoopbackPhone, PhoneRules, Trace, Transport } from './face.ts';
export type { HidKeys } from './hid/hid-keys.ts';
export { nameOf, type KeyEvent } from './hid/hid-machine.ts';
export { loadHidRules } from './hid/hid-rules.ts';
export { intentOf, lightsOf, noCalls, type CallSituation, type KeyIntent } from './hid/key-intent.ts';
export { loadProfiles } from './profiles/load-profiles.ts';
export type { PhoneProfile } from './profiles/profile.ts';
export { SoundCardLink } from './sound-card/sound-card-link.ts';
export { listSerialPorts } from './transport/serial.ts';

export interface DeskPhoneOptions {
  readonly context: EngineContext;
  /** From `loadProfiles`; one of them must match any make. */
  readonly profiles: readonly PhoneProfile[];
  /** The simulated phone behind the connection `demo`. */
  readonly loopback?: LoopbackPhone;
  readonly rules: PhoneRules;
  /** Else serialport and node:net. */
  readonly openTransport?: (spec: PortSpec) => Transport;
  /** Where the next call's agent speaks into a headset at the PC; null, and the default = the phone's handset. */
  readonly voice?: () => AgentVoice | null;
  /** The windows' way to a phone that is a sound card; without one such a phone has no sound. */
  readonly soundCard?: SoundCardLink;
  /** What is plugged in; else what the system tells. */
  readonly readFacts?: ReadFacts;
}

const finderOf = (profiles: readonly PhoneProfile[], readFacts?: ReadFacts): FindPhones =>
  phoneFinder(readFacts ?? factsReader(listRawPorts, listHidFacts), profiles);

/** A desk phone that is not connected yet: call `connect`. */
export function createDeskPhone(options: DeskPhoneOptions): DeskPhone {
  const { context, profiles, loopback, rules, voice = () => null, soundCard = null } = options;
  const { clock, logger } = context;
  const openTransport = options.openTransport ?? transportMaker(clock);
  const usb = {
    clock,
    logger: logger.child('usb'),
    profiles,
    openTransport,
    find: finderOf(profiles, options.readFacts),
  };
  const makePorts = portsMaker(openTransport, loopback ?? null, (phone, index) => usbModemPorts(phone, index, usb));
  return new DeskPhoneDriver({ context, profiles, rules, makePorts, voice, soundCard });
}

/** The phones that are plugged in now, in words. Rejects with the system's error when they cannot be listed. */
export async function listPhones(profiles: readonly PhoneProfile[]): Promise<FoundPhone[]> {
  return (await finderOf(profiles)()).map((phone) => describePhone(phone, profiles));
}

export interface HidKeysSetup {
  readonly context: EngineContext;
  /** From `loadHidRules`. */
  readonly rules: readonly HidRule[];
  /** Its handset comes before those of this machine. */
  readonly loopback: LoopbackPhone | null;
  readonly profiles: readonly PhoneProfile[];
  /** The phone of this moment, whose keys come before all others. */
  readonly connection: () => PhoneConnection;
  /** Else hidapi. */
  readonly bus?: HidBus;
  /** What is plugged in; else what the system tells. */
  readonly readFacts?: ReadFacts;
}

/** Keys and lights of handsets and headsets, not looked for yet: call `start`. They work without a phone, too. */
export function createHidKeys(setup: HidKeysSetup): HidKeys {
  const { context, rules, loopback, profiles, connection } = setup;
  const { clock, logger } = context;
  const here = setup.bus ?? createNodeHidBus();
  const owners = hidOwnersFinder(finderOf(profiles, setup.readFacts), connection);
  const bus = loopback?.hid ? joinHidBuses(loopback.hid, here) : here;
  return new HidKeys({ clock, logger: logger.child('keys'), bus, rules, owners });
}
