import { browserClock } from '#renderer/ui/clock.ts';
import { disposable } from '#shared/base/dispose.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { connect, type ConnectedDesk } from '#shared/desk-contract/connect.ts';
import { deskContract, type DeskContract } from '#shared/desk-contract/contract.ts';
import { deskCapabilityNumbers } from './company-channels.ts';
import { chooseFake, FakeQueue } from './dial-queue.ts';
import { defaultCallRules } from '#shared/domain/call-rules.ts';
import type { Sources } from '#shared/desk-contract/kit.ts';
import { createMemoryPortPair } from '#shared/desk-contract/memory-port.ts';
import { serve } from '#shared/desk-contract/server.ts';
import { fakeHandlers } from './handlers.ts';
import { refusalsOf } from './problems.ts';
import { dueOf } from './leads.ts';
import { sampleLog, samplePeaks } from './sample.ts';
import { sipSources } from './sip.ts';
import { workbenchOf } from './workbench.ts';
import type { Cell } from './cell.ts';
import { FakeWorld, type FakeOptions } from './world.ts';

/** A client of a desk that exists only in this page, over the same port and server as the real one. */
export function createFakeDesk(options: FakeOptions = {}): { desk: ConnectedDesk<DeskContract>; world: FakeWorld } {
  const world = new FakeWorld(browserClock, options);
  const queue = new FakeQueue(world, options.queue);
  const desk = connect(deskContract, {
    clock: browserClock,
    random: () => 0.5,
    openPort() {
      const [near, far] = createMemoryPortPair();
      serve(
        deskContract,
        {
          handlers: fakeHandlers(world, queue),
          sources: fakeSources(world, queue),
          capabilities: ['open-desk'],
          engineVersion: '0.1.0',
          clock: browserClock,
          logger: silentLogger,
        },
        far,
        { kind: 'in-process', id: 'ui-fake' },
      );
      return Promise.resolve(near);
    },
  });
  return { desk, world };
}

function fakeSources(world: FakeWorld, queue: FakeQueue): Sources<DeskContract> {
  const show =
    <T, U>(cell: Cell<T>, as: (value: T) => U) =>
    (_args: unknown, sink: { item(value: U): void }): (() => void) => {
      sink.item(as(cell.value));
      const subscription = cell.changes.on((value) => sink.item(as(value)));
      return () => subscription.dispose();
    };
  const same = <T>(value: T): T => value;
  const today = (): { dials: number; connects: number; talkMs: number } => ({
    dials: 86,
    connects: 31,
    talkMs: 6_130_000,
  });
  return {
    'session.state': show(world.session, same),
    'sync.state': show(world.sync, same),
    'sync.problems': show(world.problems, (problems) => ({ problems: [...problems] })),
    'agent.state': show(world.agent, same),
    'settings.values': show(world.settings, same),
    'phone.state': show(world.phone, same),
    'phone.keys': show(world.keys, same),
    'selfTest.state': show(world.selfTest, same),
    'phone.log'(_args, sink) {
      const run = 'ui-fake';
      let seq = 200;
      sink.item({ run, dropped: 0, entries: sampleLog(seq, world.clock.now()) });
      const timer = setInterval(() => {
        sink.item({ run, dropped: 0, entries: sampleLog(2, world.clock.now(), seq + 1) });
        seq += 2;
      }, 700);
      const stop = disposable(() => clearInterval(timer));
      return () => stop.dispose();
    },
    'shell.state': show(world.shell, same),
    'leads.changed': show(world.revision, (rev) => ({ rev })),
    'leads.refused': show(world.problems, (problems) => ({ groups: refusalsOf(problems) })),
    'leads.handed': show(world.handed, same),
    'leadBulk.state': show(world.bulk, same),
    'leads.due': show(world.revision, () => dueOf(world)),
    'exports.state': show(world.exports.state, same),
    'imports.all': show(world.imports.all, same),
    'numberChecks.run': show(world.checks.run, same),
    'calls.changed': show(world.revision, (rev) => ({ rev })),
    'calls.current': show(world.call, (call) => ({
      ...{ call, other: world.other, transfers: null, asked: null },
      ...world.times(),
    })),
    'dialQueue.state': show(queue.state, same),
    'dialQueue.choice': (args, sink) => (sink.item(chooseFake(world, queue, args)), () => undefined),
    'calls.missed': show(world.revision, () => ({ unseen: 0 })),
    'calls.today': show(world.revision, today),
    'workbench.now': show(world.revision, () => workbenchOf(world, queue.leftStanding)),
    'openers.all': show(world.openers, same),
    'numberPlaces.state': show(world.revision, (rev) => ({ rev, table: { version: '2502', rows: 517_258 } })),
    'numbers.changed': show(world.revision, (rev) => ({ rev })),
    'company.auditExport': show(world.settings, () => null),
    'outcomes.current': show(world.outcomes.set, ({ mustChoose, outcomes }) => ({
      mustChoose,
      outcomes: outcomes.map((one) => ({ ...one, requires: [...one.requires] })),
    })),
    'scripts.all': show(world.outcomes.scripts, (all) => ({
      rev: world.revision.value,
      scripts: all.filter(({ active }) => active).map(({ id, title }) => ({ id, title })),
    })),
    'snippets.changed': show(world.revision, (rev) => ({ rev })),
    'callRules.current': show(world.settings, () => ({ ...defaultCallRules, week: [...defaultCallRules.week] })),
    'capabilityNumbers.all': show(world.settings, () => deskCapabilityNumbers),
    'calls.headset': () => () => undefined,
    'soundCard.state': show(world.settings, () => ({ wanted: null, serving: true, active: false })),
    'soundCard.uplink': () => () => undefined,
    ...sipSources(world.sipLines),
    'calls.soundQuality': show(world.call, (call) =>
      call && !call.endedAt
        ? {
            callId: call.id,
            route: world.settings.value.voiceRoute,
            heard: world.phone.value.sound?.recording !== 'none',
            delayMs: world.settings.value.voiceRoute === 'headset' ? { p50: 86, p95: 104 } : null,
            dropped: 0,
            adjusted: 1,
            late: 3,
            missing: 2,
            card: null,
            line: world.lineQuality.value,
          }
        : null,
    ),
    'calls.sound'(_args, sink) {
      const timer = setInterval(() => {
        const { values } = samplePeaks(2000, 1);
        sink.item({ atMs: world.times().talkMs, customer: values, agent: values });
      }, 100);
      const stop = disposable(() => clearInterval(timer));
      return () => stop.dispose();
    },
  };
}
