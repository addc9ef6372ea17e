import type { Disposable } from '#shared/base/dispose.ts';
import type { Clock } from '#shared/base/clock.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { SelfTest, selfTestArea } from '#shared/desk-contract/areas/self-test.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { phoneChecks, type CheckDeps } from './checks.ts';
import { SelfTestRunner } from './self-test.ts';

export type { HookKeys } from './checks.ts';

export interface SelfTestFeatureDeps extends CheckDeps {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly hasLiveCall: () => boolean;
  readonly onCallsChanged: (listener: () => void) => Disposable;
}

export interface SelfTestFeature extends Disposable {
  readonly handlers: Handlers<typeof selfTestArea>;
  readonly sources: Sources<typeof selfTestArea>;
  /** What the last run found. */
  view(): SelfTest;
  onChange(listener: () => void): Disposable;
}

/** 上岗自检: what a desk checks at the start of a shift. */
export function createSelfTest(deps: SelfTestFeatureDeps): SelfTestFeature {
  const { clock, logger, hasLiveCall } = deps;
  const runner = new SelfTestRunner({ clock, logger, hasLiveCall, checks: phoneChecks(deps) });
  const calls = deps.onCallsChanged(() => runner.callsChanged());
  return {
    handlers: {
      'selfTest.start': () => {
        runner.start();
        return null;
      },
      'selfTest.cancel': () => {
        runner.cancel();
        return null;
      },
      'selfTest.answer': ({ item, answer }) => {
        runner.answer(item, answer);
        return null;
      },
    },
    sources: {
      'selfTest.state': (_args, sink) => {
        sink.item(runner.view);
        const subscription = runner.changed.on((view) => sink.item(view));
        return () => subscription.dispose();
      },
    },
    view: () => runner.view,
    onChange: (listener) => runner.changed.on(() => listener()),
    dispose() {
      calls.dispose();
      runner.dispose();
    },
  };
}
