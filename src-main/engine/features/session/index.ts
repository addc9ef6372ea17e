import { AppError } from '#shared/base/errors.ts';
import type { CloudDevice } from '#shared/cloud-contract/contract.ts';
import type { DeviceView, sessionArea } from '#shared/desk-contract/areas/session.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import type { SessionCloud } from './ports.ts';
import { createSessionService, type SessionDeps, type SessionService } from './session.ts';

/** Without what a newer cloud may say besides. */
const deviceOf = ({ id, name, firstSeenAt, lastSeenAt, signedInAt, current, signedIn }: CloudDevice): DeviceView => ({
  id,
  name,
  firstSeenAt,
  lastSeenAt,
  signedInAt,
  current,
  signedIn,
});

export type { DemoWorld, Identity, SessionCloud, TokenStore } from './ports.ts';
export { createFileSecrets, type SecretStore } from './secret-store.ts';
export type { SessionService } from './session.ts';
export { createWorkspaceSwitch, switchHandlers, switchSources, type WorkspaceSwitch } from './workspace-switch.ts';

type OwnCommand =
  | 'session.chooseEnvironment'
  | 'session.leaveEnvironment'
  | 'session.signIn'
  | 'session.signOut'
  | 'session.changePassword'
  | 'session.devices'
  | 'session.endDevice'
  | 'session.openDesk';

export interface SessionFeature {
  readonly handlers: Pick<Handlers<typeof sessionArea>, OwnCommand>;
  readonly sources: Pick<Sources<typeof sessionArea>, 'session.state'>;
  readonly service: SessionService;
}

export interface SessionOptions<C extends SessionCloud> extends SessionDeps<C> {
  /** Opens another desk on the same demo cloud; part of the demo's root. */
  readonly openDesk: (account: string) => Promise<{ url: string | null }>;
}

/** Call `service.start()` once the engine stands. */
export function createSession<C extends SessionCloud>(options: SessionOptions<C>): SessionFeature {
  const service = createSessionService(options);
  return {
    handlers: {
      'session.chooseEnvironment': async (choice, { signal }) => {
        await service.chooseEnvironment(choice, signal);
        return null;
      },
      'session.leaveEnvironment': async () => {
        await service.leaveEnvironment();
        return null;
      },
      'session.signIn': async ({ account, password, newPassword }) => {
        await service.signIn(account, password, newPassword);
        return null;
      },
      'session.signOut': async () => {
        await service.signOut();
        return null;
      },
      'session.changePassword': async ({ oldPassword, newPassword }) => {
        await service.changePassword(oldPassword, newPassword);
        return null;
      },
      'session.devices': async () => ({ devices: (await service.signedInCloud().devices()).map(deviceOf) }),
      'session.endDevice': async ({ id }) => {
        await service.signedInCloud().endDevice(id);
        return null;
      },
      'session.openDesk': ({ account }) => {
        const { environment, demoAccounts } = service.state;
        // The sample world alone has passwords that are everybody's.
        const known = environment === 'demo' && demoAccounts.some((one) => one.account === account);
        if (!known) throw new AppError('access.denied');
        return options.openDesk(account);
      },
    },
    sources: {
      'session.state': (_args, sink) => {
        sink.item(service.state);
        const subscription = service.onState((state) => sink.item(state));
        return () => subscription.dispose();
      },
    },
    service,
  };
}
