import type { PortSpec } from '#shared/desk-contract/areas/phone.ts';
import type { EngineContext } from '../context.ts';
import type { DeskPhone, LoopbackPhone, PhoneRules, Transport } from './face.ts';
import { HidKeys } from './hid/hid-keys.ts';
import type { HidRule } from './hid/hid-rules.ts';
import { createNodeHidBus, joinHidBuses } from './hid/node-hid.ts';
import { DeskPhoneDriver } from './phone/desk-phone.ts';
import { portsMaker } from './phone/ports.ts';
import type { PhoneProfile } from './profiles/profile.ts';
import { transportMaker } from './transport/open-transport.ts';

export type { DeskPhone, LoopbackPhone, PhoneRules, Transport } from './face.ts';
export type { HidKeys } from './hid/hid-keys.ts';
export { nameOf, type KeyEvent } from './hid/hid-machine.ts';
export { loadHidRules } from './hid/hid-rules.ts';
export { intentOf, lightsOf, noCalls, type CallSituation, type KeyIntent } from './hid/key-intent.ts';
export { loadProfiles } from './profiles/load-profiles.ts';
export type { PhoneProfile } from './profiles/profile.ts';
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
}

/** A desk phone that is not connected yet: call `connect`. */
export function createDeskPhone(options: DeskPhoneOptions): DeskPhone {
  const { context, profiles, loopback, rules, openTransport } = options;
  const makePorts = portsMaker(openTransport ?? transportMaker(context.clock), loopback ?? null);
  return new DeskPhoneDriver({ context, profiles, rules, makePorts });
}

export interface HidKeysSetup {
  readonly context: EngineContext;
  /** From `loadHidRules`. */
  readonly rules: readonly HidRule[];
  /** Its handset comes before those of this machine. */
  readonly loopback: LoopbackPhone | null;
}

/** Keys and lights of handsets and headsets, not looked for yet: call `start`. Independent of any phone. */
export function createHidKeys({ context, rules, loopback }: HidKeysSetup): HidKeys {
  const { clock, logger } = context;
  const here = createNodeHidBus();
  const bus = loopback?.hid ? joinHidBuses(loopback.hid, here) : here;
  return new HidKeys({ clock, logger: logger.child('keys'), bus, rules });
}
