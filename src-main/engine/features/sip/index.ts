import { DisposeBag, type Disposable } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import type { AgentView } from '#shared/desk-contract/areas/session.ts';
import type { sipArea, SipState } from '#shared/desk-contract/areas/sip.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { EngineContext } from '../../context.ts';
import type { WritableDb } from '../../database/handles.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import type { ChangeApplier } from '../../sync/index.ts';
import type { SecretStore } from '../session/index.ts';
import { AssignedAccounts } from './assigned-accounts.ts';
import type { SipCloud } from './secret-fetcher.ts';
import { testStep } from './connection-test.ts';
import { SipAccounts } from './sip-accounts.ts';
import { SipChannel } from './sip-channel.ts';
import { SipLines } from './sip-lines.ts';
import { lineOff, SipLink } from './sip-link.ts';
import { sipServer } from './sip-server.ts';
import { StateReports } from './state-reports.ts';

export type { SipChannel } from './sip-channel.ts';

export interface SipDeps {
  readonly context: Pick<EngineContext, 'clock' | 'newId' | 'logger'>;
  /** Of the signed-in person. */
  readonly db: WritableDb;
  readonly store: KeyValueStore;
  /** Tells the passwords of accounts that the company has assigned. */
  readonly cloud: SipCloud;
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
  /** Takes over what the company assigns. */
  readonly applier: ChangeApplier;
  /**
   * False only while the line's server calls itself a simulator: who is dialled there is nobody.
   * @param lineId null, or one that is no more = the default one
   */
  reachesNetwork(lineId: string | null): boolean;
  /** The PBXs are told so, where their accounts have feature codes for that. */
  agentIs(agent: AgentView): void;
}

const done = (): null => null;

/** SIP calls: the person's accounts, the window that has their lines, and the channel that calls go over. */
export function createSip(deps: SipDeps): SipFeature {
  const { context, db, store, cloud, secrets, owner, refusal, answerAsked } = deps;
  const { clock, newId, logger } = context;
  const bag = new DisposeBag();
  const inCall = (id: string): boolean => channel.inCall(id);
  const assigned = bag.add(new AssignedAccounts({ context, db, secrets, owner, cloud, inCall }));
  const own = new SipAccounts({ newId, store, secrets, owner, inCall, assigned: () => assigned.all });
  const accounts = bag.add(new SipLines(own, assigned, inCall));
  const link = bag.add(new SipLink(clock));
  const channel: SipChannel = bag.add(new SipChannel({ clock, newId, link, accounts }));
  const reports = bag.add(
    new StateReports({
      clock,
      logger: logger.child('sip'),
      registered: (id) => link.line(id).phase === 'registered',
      tell: (accountId, code) => link.order({ do: 'tell-state', accountId, code }),
    }),
  );
  bag.add(channel.freed.on(() => accounts.callOver()));
  assigned.start();
  bag.add(link.changed.on(() => reports.update()));
  // Not before the window has them: the codes of one PBX are no business of another.
  bag.add(channel.accountsTold.on((told) => reports.accountsAre(told)));
  const stateFor = (peer: string): SipState => ({
    lines: accounts.all.map(({ id, account, company, enabled, idle }) => ({
      id,
      account,
      company,
      enabled: enabled && idle === null,
      idle,
      isDefault: id === accounts.usual?.id,
      line: enabled && (idle === null || idle === 'leaving') ? link.line(id) : lineOff,
      stateReport: reports.of(id),
    })),
    served: link.isServed,
    serving: link.serves(peer),
  });
  /** 480 (RFC 3261 §21.4.18): nobody is at a line any more that only waits for the end of its call. */
  const leftBy = (accountId: string): number | null => (accounts.find(accountId)?.idle === 'leaving' ? 480 : null);
  const fromServing = (peer: string, act: () => void): null => {
    if (link.serves(peer)) act();
    return null;
  };
  return {
    channel,
    applier: assigned.applier,
    reachesNetwork(lineId) {
      const { line } = channel.dialLine(lineId);
      return line === null || !link.line(line.id).simulated;
    },
    agentIs: (agent) => reports.agentIs(agent),
    handlers: {
      'sip.saveAccount': async ({ id, account }) => ({ id: await own.save(id, account) }),
      'sip.removeAccount': ({ id }) => own.remove(id).then(done),
      'sip.enableAccount': ({ id, enabled }) => own.enable(id, enabled).then(done),
      'sip.setDefaultAccount': ({ id }) => own.setDefault(id).then(done),
      'sip.draftAccount': ({ id, account }) => assigned.draft(id) ?? own.draft(id, account),
      'sip.testStep': ({ step, server, origin }, { signal }) =>
        testStep(step, { clock, signal, origin, url: sipServer(server).url }),
      'sip.reconnect': ({ id }) => {
        link.tell({ do: 'reconnect', accountId: id });
        return null;
      },
      'sip.tellState': ({ id }) => {
        reports.tellAgain(id);
        return null;
      },
      'sip.line': (line, { peer }) => fromServing(peer.id, () => link.lineIs(peer.id, line)),
      'sip.settled': ({ order, problem, status }, { peer }) =>
        fromServing(peer.id, () => link.settled(peer.id, order, problem, status)),
      'sip.incoming': ({ accountId, number, takesPlace, asksAnswer }, { peer }) => {
        if (!link.serves(peer.id)) throw new AppError('sip.not-serving');
        const refuse = takesPlace ? null : (leftBy(accountId) ?? refusal());
        const callId = channel.rings(accountId, number);
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
      'sip.sound': ({ callId, pcm, lackMs }, { peer }) =>
        fromServing(peer.id, () => channel.heard(callId, Buffer.from(pcm, 'base64'), lackMs)),
      'sip.quality': ({ callId, reading }, { peer }) => fromServing(peer.id, () => channel.measured(callId, reading)),
      'sip.played': ({ callId }, { peer }) => fromServing(peer.id, () => channel.played(callId)),
    },
    sources: {
      'sip.state': (_args, sink, { peer }) => {
        const send = (): void => sink.item(stateFor(peer.id));
        send();
        const following = [link, accounts, reports].map(({ changed }) => changed.on(send));
        return () => following.forEach((subscription) => subscription.dispose());
      },
      'sip.orders': ({ calls }, sink, { peer }) => {
        const carried = new Map(calls.map(({ callId, accountId }) => [callId, accountId]));
        const window = link.attach(peer.id, carried, (order, what) => sink.item({ order, what }, order));
        return () => window.dispose();
      },
    },
    dispose: () => bag.dispose(),
  };
}
