import { sleep } from '#shared/base/clock.ts';
import { selfTestItems, type SelfTest, type SelfTestItem } from '#shared/desk-contract/areas/self-test.ts';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import type { FakeWorld } from './world.ts';

type SelfTestHandlers = Pick<Handlers<DeskContract>, 'selfTest.start' | 'selfTest.cancel' | 'selfTest.answer'>;

/** One of each kind of outcome, so that every look of a line can be seen. */
const outcomes: Partial<Record<SelfTestItem['id'], Partial<SelfTestItem>>> = {
  phone: { facts: { model: '锦呼话机 JH-5', port: '演示话机' } },
  'sim-3': { state: 'failed', problem: { code: 'sim.pin-required', details: { slot: 3 } } },
  'sim-4': { state: 'warned', problem: { code: 'sim.absent', details: { slot: 4 } } },
  signal: { state: 'warned', problem: { code: 'sim.weak-signal', details: { slot: 2, bars: 1 } } },
  sound: { facts: { delayMs: 63 } },
  hook: { state: 'skipped' },
};

export const noSelfTest: SelfTest = { running: false, startedAt: null, finishedAt: null, items: [] };

export function selfTestHandlers(world: FakeWorld): SelfTestHandlers {
  const put = (id: SelfTestItem['id'], change: Partial<SelfTestItem>): void =>
    world.selfTest.patch({
      items: world.selfTest.value.items.map((item) => (item.id === id ? { ...item, ...change } : item)),
    });
  const finish = (): void => world.selfTest.patch({ running: false, finishedAt: world.clock.now() });
  const run = async (): Promise<void> => {
    for (const id of selfTestItems) {
      put(id, { state: 'running' });
      await sleep(world.clock, 120);
      if (id === 'cut-in-key') return put(id, { state: 'asks' });
      put(id, { state: 'passed', ...outcomes[id] });
    }
  };
  return {
    'selfTest.start'() {
      const items = selfTestItems.map((id) => ({ id, state: 'waiting' as const, problem: null, facts: {} }));
      world.selfTest.set({ running: true, startedAt: world.clock.now(), finishedAt: null, items });
      void run();
      return null;
    },
    'selfTest.cancel': () => (finish(), null),
    'selfTest.answer'({ item, answer }) {
      put(item, { state: answer === 'done' ? 'passed' : 'skipped' });
      finish();
      return null;
    },
  };
}
