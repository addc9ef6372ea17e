import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDeskPhone, loadProfiles, type DeskPhone } from '#engine/devices/index.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { PhoneConnection, PhoneState } from '#shared/desk-contract/areas/phone.ts';
import { connectionTo } from '#tests/support/phone-connection.ts';
import { freshPhoneRules } from '#tests/support/phone-rules.ts';
import type { ChannelEvent, IncomingCall, Stamp } from '#shared/domain/call-channel.ts';
import { systemClock } from '#engine/system.ts';
import { createSimulatedPhone, type SimulatedPhone, type SimulatedPhoneOptions } from '#simulator/phone/phone.ts';
import { openOnPtys, type PtyPhone } from '#simulator/phone/ptys.ts';

export interface SeenEvent {
  readonly callId: string;
  readonly event: ChannelEvent;
  readonly stamp: Stamp;
}

/** A simulated phone on real ptys, and our driver with the real serialport at the other end. */
export interface PhoneRig {
  readonly sim: SimulatedPhone;
  readonly ptys: PtyPhone;
  readonly phone: DeskPhone;
  readonly connection: PhoneConnection;
  readonly events: SeenEvent[];
  readonly states: PhoneState[];
  readonly rules: ReturnType<typeof freshPhoneRules>;
  /** Who called, in the order in which it was told. */
  readonly callers: IncomingCall[];
  seen(callId: string): string[];
  newDriver(): DeskPhone;
  close(): Promise<void>;
}

export async function openRig(
  shape: SimulatedPhoneOptions['shape'],
  options: Partial<SimulatedPhoneOptions> = {},
): Promise<PhoneRig> {
  const sim = createSimulatedPhone({
    clock: systemClock,
    random: () => 0.5,
    shape,
    ...options,
    modem: { registerMs: 50, restartMs: 300, ...options.modem },
  });
  const ptys = await openOnPtys(sim);
  const connection = connectionTo(sim, ptys.modems);
  const rules = freshPhoneRules();
  const events: SeenEvent[] = [];
  const states: PhoneState[] = [];
  const callers: IncomingCall[] = [];
  let ids = 0;
  const drivers: DeskPhone[] = [];
  const folders: string[] = [];
  const newDriver = (): DeskPhone => {
    const dataDir = mkdtempSync(join(tmpdir(), 'phone-rig-'));
    folders.push(dataDir);
    const context = { clock: systemClock, newId: () => `in${(ids += 1)}`, logger: silentLogger, dataDir };
    const driver = createDeskPhone({ context, profiles: loadProfiles('resources/devices'), rules });
    drivers.push(driver);
    return driver;
  };
  const phone = newDriver();
  phone.onEvent((callId, event, stamp) => events.push({ callId, event, stamp }));
  phone.onIncoming((call) => callers.push(call));
  phone.onState((state) => states.push(state));
  return {
    sim,
    ptys,
    phone,
    connection,
    events,
    states,
    rules,
    callers,
    newDriver,
    seen: (callId) => events.filter((item) => item.callId === callId).map((item) => item.event.type),
    async close() {
      for (const driver of drivers) driver.dispose();
      await ptys.close();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const canDial = (rig: PhoneRig, slot: number) => (): boolean => rig.phone.obstacle(slot) === null;

/** What must be there; else the test fails with its name. */
export function need<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`missing: ${what}`);
  return value;
}
