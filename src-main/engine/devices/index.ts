import type { PortSpec } from '#shared/desk-contract/areas/phone.ts';
import type { EngineContext } from '../context.ts';
import type { DeskPhone, LoopbackPhone, PhoneRules, Transport } from './face.ts';
import { DeskPhoneDriver } from './phone/desk-phone.ts';
import { portsMaker } from './phone/ports.ts';
import type { PhoneProfile } from './profiles/profile.ts';
import { transportMaker } from './transport/open-transport.ts';

export type { DeskPhone, LoopbackPhone, PhoneRules, Transport } from './face.ts';
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
