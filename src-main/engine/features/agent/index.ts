import type { Disposable } from '#shared/base/dispose.ts';
import type { AgentView } from '#shared/desk-contract/areas/session.ts';
import type { DeskContract } from '#shared/desk-contract/contract.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { AgentService, type AgentDeps } from './agent.ts';

export type { AgentDeps } from './agent.ts';

export interface AgentFeature extends Disposable {
  readonly handlers: Pick<Handlers<DeskContract>, 'agent.choose' | 'agent.finishWrapUp' | 'agent.keepWrapUp'>;
  readonly sources: Pick<Sources<DeskContract>, 'agent.state'>;
  /** A call has ended: its wrap-up begins where it was answered. */
  callEnded(answered: boolean): void;
  /** 立即继续: ends 话后处理; nothing where there is none. @throws AppError `call.incomplete` */
  finishWrapUp(): void;
  /** 继续整理. @returns false where nothing is being wrapped up */
  keepWrapUp(): boolean;
  /** The person chose 小休中, whatever covers it just now. */
  onBreak(): boolean;
  /** Sign-in or a call changed. */
  update(): void;
  /** The state as it is, and each one after it. */
  follow(listener: (view: AgentView) => void): Disposable;
}

export function createAgent(deps: AgentDeps): AgentFeature {
  const service = new AgentService(deps);
  const follow: AgentFeature['follow'] = (listener) => {
    listener(service.view);
    return service.changed.on(listener);
  };
  return {
    follow,
    handlers: {
      'agent.choose': ({ state, reason }) => {
        service.choose(state, reason);
        return null;
      },
      'agent.finishWrapUp': () => {
        service.finishWrapUp();
        return null;
      },
      'agent.keepWrapUp': () => {
        service.keepWrapUp();
        return null;
      },
    },
    sources: {
      'agent.state': (_args, sink) => {
        const subscription = follow((view) => sink.item(view));
        return () => subscription.dispose();
      },
    },
    finishWrapUp: () => service.finishWrapUp(),
    keepWrapUp: () => service.keepWrapUp(),
    callEnded: (answered) => service.callEnded(answered),
    onBreak: () => service.view.chosen === 'break',
    update: () => service.update(),
    dispose: () => service.dispose(),
  };
}
