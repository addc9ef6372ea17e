import type { AbortSignalLike } from '#shared/base/clock.ts';
import type { Disposable } from '#shared/base/dispose.ts';
import { Emitter } from '#shared/base/emitter.ts';
import { AppError } from '#shared/base/errors.ts';
import { cloudRoutes as routes, type RouteReply } from '#shared/cloud-contract/contract.ts';
import type { CheckRun, CheckWish, numberChecksArea } from '#shared/desk-contract/areas/number-checks.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { EngineContext } from '../../context.ts';
import { RunningCheck, type CheckCloud } from './check-run.ts';
import { choose, type CheckLeads, type Choice } from './choose.ts';

export interface NumberChecksFeature extends Disposable {
  readonly handlers: Handlers<typeof numberChecksArea>;
  readonly sources: Sources<typeof numberChecksArea>;
}

interface Deps {
  readonly context: Pick<EngineContext, 'clock'>;
  readonly cloud: CheckCloud;
  readonly leads: CheckLeads;
}
type Offer = RouteReply<typeof routes.numberCheckOffer>;

/**
 * 号码检测 of this desk. Nothing is kept here: a run that its program does not survive has found what it has found, and what is
 * fresh is not asked for again.
 */
export function createNumberChecks({ context: { clock }, cloud, leads }: Deps): NumberChecksFeature {
  const changed = new Emitter<CheckRun | null>();
  let run: RunningCheck | null = null;

  async function offer(signal: AbortSignalLike): Promise<Offer> {
    try {
      return await cloud.call(routes.numberCheckOffer, {}, signal);
    } catch (error) {
      // No route of that name: a server of before answers.
      if (error instanceof AppError && error.code === 'not-found') throw new AppError('number-check.cloud-too-old', {}, error); // prettier-ignore
      throw error;
    }
  }
  async function look(wish: CheckWish, signal: AbortSignalLike): Promise<{ offered: Offer; choice: Choice }> {
    const offered = await offer(signal);
    return { offered, choice: await choose(wish, offered.provider.kind, leads, clock.now()) };
  }
  const isRunning = (): boolean => run?.now.state === 'running';

  return {
    handlers: {
      async 'numberChecks.plan'(wish, { signal }) {
        const { offered, choice } = await look(wish, signal);
        const { provider, quotas } = offered;
        return { ...choice, ask: choice.ask.length, provider, quotas };
      },
      async 'numberChecks.start'(wish, { signal }) {
        if (isRunning()) throw new AppError('number-check.running');
        const { offered, choice } = await look(wish, signal);
        if (isRunning()) throw new AppError('number-check.running');
        const { provider } = offered;
        const mine = new RunningCheck({ cloud, clock }, { provider, numbers: choice.ask.length, force: wish.force });
        run = mine;
        mine.changed.on((now) => {
          if (run === mine) changed.emit(now);
        });
        changed.emit(mine.now);
        void mine.run(choice.ask);
        return null;
      },
      'numberChecks.stop': () => (run?.stop(), null),
      'numberChecks.dismiss': () => {
        if (run === null || isRunning()) return null;
        run = null;
        changed.emit(null);
        return null;
      },
    },
    sources: {
      'numberChecks.run': (_args, sink) => {
        sink.item(run?.now ?? null);
        const following = changed.on((now) => sink.item(now));
        return () => following.dispose();
      },
    },
    dispose: () => run?.stop(),
  };
}
