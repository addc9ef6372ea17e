import { expect } from 'vitest';
import { createDeskPhone, loadProfiles, type DeskPhone } from '#engine/devices/index.ts';
import { ManualClock } from '#shared/base/clock.ts';
import { silentLogger } from '#shared/base/logger.ts';
import type { ChannelEvent, IncomingCall } from '#shared/domain/call-channel.ts';
import { createSimulatedPhone, type SimulatedPhone, type SimulatedPhoneOptions } from '#simulator/phone/phone.ts';
import { answering } from '#tests/support/pty-phone.ts';
import { freshPhoneRules } from '#tests/support/phone-rules.ts';
import { pass } from '#tests/support/scripted-modem.ts';

/** Answers after 0.4 s and says nothing. */
export const number = '15400000137';

/** A simulated phone with two SIM stacks and our driver, in their own time. */
export class DsdsBench {
  readonly clock = new ManualClock();
  readonly rules = freshPhoneRules();
  readonly events: { readonly callId: string; readonly event: ChannelEvent }[] = [];
  /** Who called, in the order in which it was told. */
  readonly callers: IncomingCall[] = [];
  readonly sim: SimulatedPhone;
  readonly phone: DeskPhone;
  private ids = 0;

  constructor(options: Partial<SimulatedPhoneOptions> = {}) {
    const { clock } = this;
    this.sim = createSimulatedPhone({
      clock,
      random: () => 0.5,
      shape: 'dsds',
      farParties: { [number]: answering(400, 'quiet') },
      ...options,
      modem: { registerMs: 50, restartMs: 300, ...options.modem },
    });
    this.phone = this.newDriver();
    this.phone.onEvent((callId, event) => this.events.push({ callId, event }));
    this.phone.onIncoming((call) => this.callers.push(call));
    this.phone.connect({ kind: 'demo' });
  }

  newDriver(): DeskPhone {
    const { clock, rules } = this;
    const context = { clock, newId: () => `in${(this.ids += 1)}`, logger: silentLogger, dataDir: '/nowhere' };
    const profiles = loadProfiles('resources/devices');
    return createDeskPhone({ context, rules, profiles, loopback: this.sim.loopback() });
  }

  canDial(...slots: readonly number[]): () => boolean {
    return () => slots.every((slot) => this.phone.obstacle(slot) === null);
  }

  /** Why a slot cannot dial. */
  whyNot(slot: number): string | null {
    return this.phone.obstacle(slot)?.code ?? null;
  }

  seen(callId: string): string[] {
    return this.events.filter((item) => item.callId === callId).map((item) => item.event.type);
  }

  async pass(ms: number): Promise<void> {
    await pass(this.clock, ms, 20);
  }

  async until(what: string, holds: () => boolean, atMostMs = 60_000): Promise<void> {
    for (let waited = 0; !holds(); waited += 20) {
      if (waited >= atMostMs) throw new Error(`waited in vain for: ${what}`);
      await this.pass(20);
    }
  }

  /** Runs until the promise has settled. */
  async run<T>(promise: Promise<T>, atMostMs = 120_000): Promise<T> {
    let over = false;
    const end = (): void => {
      over = true;
    };
    promise.then(end, end);
    await this.until('the end of it', () => over, atMostMs);
    return promise;
  }

  /** Dials and waits for the answer. */
  async call(callId: string, slot: number | null): Promise<void> {
    await this.run(this.phone.dial({ callId, dialString: number, slot }));
    await this.until('the answer', () => this.seen(callId).includes('answered'));
  }

  async hangUp(callId: string): Promise<void> {
    await this.phone.hangUp(callId);
    await this.until('the end', () => this.seen(callId).includes('ended'));
  }

  /** One call by this slot, which the simulator says was placed by its card. */
  async provesItCalls(slot: number): Promise<void> {
    const callId = `proof${(this.ids += 1)}`;
    await this.call(callId, slot);
    expect(this.sim.calls.at(-1)).toMatchObject({ slot, state: 'active' });
    await this.hangUp(callId);
  }
}

/** With both cards able to call. */
export async function readyBench(options: Partial<SimulatedPhoneOptions> = {}): Promise<DsdsBench> {
  const bench = new DsdsBench(options);
  await bench.until('both cards', bench.canDial(1, 2));
  return bench;
}
