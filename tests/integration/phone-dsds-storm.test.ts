import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { number, readyBench, type DsdsBench } from '#tests/support/dsds-bench.ts';

let bench: DsdsBench;
afterEach(() => bench.phone.dispose());

/** What may come in between a dial's own selection and its ATD. */
const hectic = ['network 1', 'network 2', 'ussd 1', 'ussd 2', 'signal', 'nothing'] as const;
/** Before a dial the other stack may also have been selected behind our back. */
const events = [...hectic, 'other program', 'restart'] as const;
const step = fc.record({
  slot: fc.constantFrom(1, 2),
  before: fc.constantFrom(...events),
  /** From the event to the dial, and from the dial to the next event. */
  waitMs: fc.integer({ min: 0, max: 120 }),
  during: fc.constantFrom(...hectic),
});

function happen({ sim, phone }: DsdsBench, event: (typeof events)[number]): void {
  const [what, slot] = event.split(' ');
  // A report of this stack, at which its card is looked at.
  if (what === 'network') sim.setCoverage(Number(slot), 'home');
  else if (what === 'ussd') phone.ussd(Number(slot), '*100#').catch(() => undefined);
  else if (what === 'signal') phone.state.slots.forEach((_, index) => sim.setSignal(index + 1, 9));
  else if (what === 'restart') sim.reboot(1);
  else if (what === 'other') sim.modems[0]?.at.write(Buffer.from('AT+JHSIM=1\r'));
}

describe('a storm of reports, the watch over two cards, USSD and dials all at once', () => {
  let placedInAll = 0;

  it('every call goes by the card that it was meant for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 2, maxLength: 5 }),
        fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 12 }),
        async (steps, latencies) => {
          let commands = 0;
          const latencyMs = (): number => latencies[(commands += 1) % latencies.length] ?? 0;
          bench = await readyBench({ modem: { latencyMs } });
          const { sim, phone } = bench;
          sim.faults.set('urc-storm', 200);
          const wanted: number[] = [];
          for (const [index, { slot, before, waitMs, during }] of steps.entries()) {
            await bench.until('it can call', bench.canDial(1, 2));
            happen(bench, before);
            await bench.pass(waitMs);
            const placed = sim.calls.length;
            const dialled = phone.dial({ callId: `c${index}`, dialString: number, slot }).catch(() => undefined);
            await bench.pass(waitMs);
            happen(bench, during);
            await bench.run(dialled);
            await bench.pass(300);
            if (sim.calls.length > placed) wanted.push(slot);
            await phone.hangUp(`c${index}`).catch(() => undefined);
            await bench.until('the line is free', () => sim.calls.every(({ state }) => state === 'ended'));
            await bench.pass(600);
          }
          expect(sim.calls.map(({ slot }) => slot)).toEqual(wanted);
          phone.dispose();
          placedInAll += wanted.length;
        },
      ),
      { seed: 20_261_126, numRuns: 25 },
    );
    // Most of them were placed, or the property would say little.
    expect(placedInAll).toBeGreaterThan(50);
  }, 120_000);
});
