import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import type { AgentView } from '#shared/desk-contract/areas/session.ts';
import type { sipArea, SipState } from '#shared/desk-contract/areas/sip.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { EngineContext } from '../../context.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import type { SecretStore } from '../session/index.ts';
import { testStep } from './connection-test.ts';
import { SipAccountStore } from './sip-account.ts';
import { SipChannel } from './sip-channel.ts';
import { SipLink } from './sip-link.ts';
import { sipServer } from './sip-server.ts';
import { StateReporter } from './state-reporter.ts';

export type { SipChannel } from './sip-channel.ts';

export interface SipDeps {
  readonly context: Pick<EngineContext, 'clock' | 'newId' | 'logger'>;
  /** Of the signed-in person. */
  readonly store: KeyValueStore;
  readonly secrets: SecretStore;
  /** Whose password it is among those of this desk. */
  readonly owner: string;
  /** SIP status that callers get just now; null = they may ring. */
  readonly refusal: () => number | null;
  /** The PBX asks that this call is answered by itself, which just rings. */
  readonly answerAsked: (callId: string) => void;
}

export interface SipFeature extends Disposable {
  readonly handlers: Handlers<typeof sipArea>;
  readonly sources: Sources<typeof sipArea>;
  readonly channel: SipChannel;
  /** False only while the server calls itself a simulator: who is dialled there is nobody. */
  reachesNetwork(): boolean;
  /** The PBX is told so, where its account has feature codes for that. */
  agentIs(agent: AgentView): void;
}

/** SIP calls: the person's account, the window that has the line, and the channel that calls go over. */
export function createSip({ context, store, secrets, owner, refusal, answerAsked }: SipDeps): SipFeature {
  const { clock, newId, logger } = context;
  const bag = new DisposeBag();
  const account = new SipAccountStore(store, secrets, owner);
  const link = bag.add(new SipLink(clock));
  const channel = bag.add(new SipChannel({ clock, newId, link, account }));
  const reporter = bag.add(
    new StateReporter({
      clock,
      logger: logger.child('sip'),
      codes: () => account.current?.stateCodes ?? null,
      registered: () => link.line.phase === 'registered',
      tell: (code) => link.order({ do: 'tell-state', code }),
    }),
  );
  bag.add(link.changed.on(() => reporter.update()));
  // Not before the window has the account: the codes of one PBX are no business of another.
  bag.add(channel.accountTold.on(() => reporter.update()));
  const stateFor = (peer: string): SipState => ({
    account: account.current,
    line: link.line,
    served: link.isServed,
    serving: link.serves(peer),
    stateReport: reporter.report,
  });
  const fromServing = (peer: string, act: () => void): null => {
    if (link.serves(peer)) act();
    return null;
  };
  return {
    channel,
    reachesNetwork: () => !link.line.simulated,
    agentIs: (agent) => reporter.agentIs(agent),
    handlers: {
      'sip.setAccount': async (input) => {
        await account.set(input);
        return null;
      },
      'sip.draftAccount': (input) => account.draft(input),
      'sip.testStep': ({ step, server, origin }, { signal }) =>
        testStep(step, { clock, signal, origin, url: sipServer(server).url }),
      'sip.reconnect': () => {
        link.tell({ do: 'reconnect' });
        return null;
      },
      'sip.tellState': () => {
        reporter.tellAgain();
        return null;
      },
      'sip.line': (line, { peer }) => fromServing(peer.id, () => link.lineIs(peer.id, line)),
      'sip.settled': ({ order, problem, status }, { peer }) =>
        fromServing(peer.id, () => link.settled(peer.id, order, problem, status)),
      'sip.incoming': ({ number, takesPlace, asksAnswer }, { peer }) => {
        if (!link.serves(peer.id)) throw new AppError('sip.not-serving');
        const refuse = takesPlace ? null : refusal();
        const callId = channel.rings(number);
        // A record all the same: somebody has to call back.
        if (refuse !== null) channel.told(callId, { type: 'ended', cause: 'agent-away' });
        else if (asksAnswer && !takesPlace) answerAsked(callId);
        return { callId, refuse };
      },
      'sip.transferAsked': (asked, { peer }) => {
        if (!link.serves(peer.id)) throw new AppError('sip.not-serving');
        return { requestId: channel.transfers.ask(asked) };
      },
      'sip.transferOver': ({ requestId }, { peer }) => fromServing(peer.id, () => channel.transfers.decided(requestId)),
      'sip.event': ({ callId, event }, { peer }) => fromServing(peer.id, () => channel.told(callId, event)),
      'sip.sound': ({ callId, pcm }, { peer }) =>
        fromServing(peer.id, () => channel.heard(callId, Buffer.from(pcm, 'base64'))),
      'sip.quality': ({ callId, reading }, { peer }) => fromServing(peer.id, () => channel.measured(callId, reading)),
      'sip.played': ({ callId }, { peer }) => fromServing(peer.id, () => channel.played(callId)),
    },
    sources: {
      'sip.state': (_args, sink, { peer }) => {
        const send = (): void => sink.item(stateFor(peer.id));
        send();
        const following = [link, account, reporter].map(({ changed }) => changed.on(send));
        return () => following.forEach((subscription) => subscription.dispose());
      },
      'sip.orders': ({ calls }, sink, { peer }) => {
        const window = link.attach(peer.id, calls, (order, what) => sink.item({ order, what }, order));
        return () => window.dispose();
      },
    },
    dispose: () => bag.dispose(),
  };
}
