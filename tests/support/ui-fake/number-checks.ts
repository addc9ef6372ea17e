import { sleep, type Clock } from '#shared/base/clock.ts';
import type { CheckPlan, CheckRun, numberChecksArea } from '#shared/desk-contract/areas/number-checks.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { Cell } from './cell.ts';

const provider = { name: 'simulated', kind: 'simulated' } as const;

/** 号码检测 as it looks: what would be asked, and a run that goes on. */
export class FakeNumberChecks {
  readonly run = new Cell<CheckRun | null>(null);
  plan: CheckPlan;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
    const quota = { kind: 'number-check', period: 'day', spent: 120, left: 880, renewsAt: clock.now() + 30_000_000 } as const; // prettier-ignore
    this.plan = {
      ...{ leads: 1240, cut: false, numbers: 1198, contactNumbers: 86, without: 38, waiting: 4 },
      ...{ fresh: 671, unsupported: 57, ask: 470, provider, quotas: [quota] },
    };
  }

  /** One in the middle. */
  fill(state: CheckRun['state'] = 'running', problem: CheckRun['problem'] = null): void {
    const found = [['valid', 171], ['empty', 22], ['suspended', 13], ['switched-off', 16], ['silent', 14], ['risky', 6], ['unknown', 8]] as const; // prettier-ignore
    this.run.set({
      ...{ state, provider, numbers: 470, done: 260, problem },
      found: found.map(([one, count]) => ({ state: one, count })),
      ...{ fresh: 7, busy: 3, unsupported: 0, left: 0 },
    });
  }

  readonly handlers: Handlers<typeof numberChecksArea> = {
    'numberChecks.plan': async ({ force, contacts }) => {
      await sleep(this.clock, 60);
      const { fresh, ask, numbers, contactNumbers } = this.plan;
      const more = contacts ? contactNumbers : 0;
      return { ...this.plan, fresh: force ? 0 : fresh, ask: ask + more + (force ? fresh : 0), numbers: numbers + more };
    },
    'numberChecks.start': () => (this.fill(), null),
    'numberChecks.stop': () => (this.fill('stopped'), null),
    'numberChecks.dismiss': () => (this.run.set(null), null),
  };
}
