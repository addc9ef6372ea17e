import { mkdirSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '#shared/base/clock.ts';
import { DisposeBag } from '#shared/base/dispose.ts';
import { AppError } from '#shared/base/errors.ts';
import { createIds, randomFraction, type RandomBytes } from '#shared/base/ids.ts';
import type { Logger } from '#shared/base/logger.ts';
import type { Capability } from '#shared/desk-contract/capabilities.ts';
import { deskContract, type DeskContract } from '#shared/desk-contract/contract.ts';
import type { Handlers, Sources } from '#shared/desk-contract/kit.ts';
import { serve } from '#shared/desk-contract/server.ts';
import type { Desk, ShellFacts } from '#main/host.ts';
import type { EngineContext } from './context.ts';
import { createFileStore } from './database/file-store.ts';
import type { LoopbackPhone } from './devices/index.ts';
import {
  createFileSecrets,
  createSession,
  createWorkspaceSwitch,
  type DemoWorld,
  type Identity,
  type SessionFeature,
} from './features/session/index.ts';
import { createSettings, type SettingsFeature } from './features/settings/index.ts';
import { MediaHandles } from './media/media-handles.ts';
import { keepPausesShort } from './short-pauses.ts';
import { createCloudClient, type CloudClient } from './sync/cloud-client.ts';
import { watchWaking } from './sync/waking.ts';
import { openWorkspace, type Workspace } from './workspace.ts';
import type { SampleOpener } from './workspace-openers.ts';
import { workspaceHandlers, workspaceSources } from './workspace-contract.ts';

export interface EngineOptions {
  readonly dataDir: string;
  readonly version: string;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly logger: Logger;
  readonly shell: ShellFacts;
  /** null where this installation has no demo in it. */
  readonly demo: DemoWorld | null;
  /** The simulated phone, where it is plugged into this desk. */
  readonly loopback: (() => LoopbackPhone) | null;
  /** The clip that a new person of the demo finds as their 「开场白」. */
  readonly sampleOpener: SampleOpener | null;
  /** Shows another desk on the same demo cloud, signed in as `account`. */
  readonly openDesk: (account: string) => Promise<{ url: string | null }>;
}

/** One desk: the always-there part (session, settings) and, while somebody is signed in, their workspace. */
export async function createEngine(options: EngineOptions): Promise<Desk> {
  const { dataDir, clock, randomBytes, logger, shell } = options;
  keepPausesShort();
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const context: EngineContext = { clock, newId: createIds(clock, randomBytes), logger, dataDir };
  const random = (): number => randomFraction(randomBytes);
  const store = createFileStore(join(dataDir, 'desk.json'), logger);
  const media = new MediaHandles(randomBytes);
  const settings = createSettings({ context, store });
  const workspaces = createWorkspaceSwitch<Workspace>();
  const bag = new DisposeBag();
  let disposed = false;
  /** Settles when no workspace is on its way. */
  let opening: Promise<void> = Promise.resolve();
  const { sampleOpener, version } = options;
  const globalCutIn = (): typeof shell.globalCutIn => shell.globalCutIn;
  const secrets = createFileSecrets(join(dataDir, 'secrets.json'), logger, shell.seal);
  const shared = { context, media, random, sampleOpener, version, deskStore: store, secrets, globalCutIn };

  const session: SessionFeature = createSession<CloudClient>({
    context,
    store,
    secrets,
    connectCloud: (wanted) => createCloudClient({ ...wanted, clock, version }),
    demo: options.demo,
    deviceName: hostname(),
    openDesk: options.openDesk,
    workspace: {
      open: (identity) => {
        const work = open(identity);
        opening = work.catch(() => undefined);
        return work;
      },
      close: () => closeWorkspace(),
      renewed: () => workspaces.current?.sync.service.wake(),
      hasLiveCall: () => workspaces.current?.calls.inCall() ?? false,
      unsent: () => {
        const { pendingRows = 0, pendingRecordings = 0 } = workspaces.current?.sync.service.state ?? {};
        return { rows: pendingRows, recordings: pendingRecordings };
      },
    },
  });
  async function open(identity: Identity<CloudClient>): Promise<void> {
    const loopback = identity.environment === 'demo' ? (options.loopback?.() ?? null) : null;
    const onSessionExpired = (): void => session.service.expired();
    const onPersonChanged = session.service.personChanged;
    const onCompanyChanged = session.service.companyChanged;
    const { service } = settings;
    const opened = await openWorkspace(identity, {
      ...shared,
      settings: service,
      loopback,
      onSessionExpired,
      onPersonChanged,
      onCompanyChanged,
    });
    if (!disposed) return workspaces.set(opened);
    await opened.close();
    throw new AppError('cancelled');
  }
  async function closeWorkspace(): Promise<void> {
    const open = workspaces.current;
    workspaces.set(null);
    await open?.close();
  }

  bag.add(
    watchWaking({
      clock,
      addresses,
      onWaking: (why) => {
        logger.log('info', 'engine.waking', { why });
        workspaces.current?.sync.service.resume();
      },
    }),
  );
  const handlers: Handlers<DeskContract> = {
    ...session.handlers,
    ...settings.handlers,
    'shell.raise': (_input, { peer }) => {
      shell.raise?.(peer);
      return null;
    },
    'shell.openDialLinks': ({ on }) => {
      shell.dialLinks?.setOurs(on);
      return null;
    },
    'shell.takeDialLink': ({ rev }) => {
      shell.dialLinks?.take(rev);
      return null;
    },
    ...workspaceHandlers(workspaces),
  };
  const sources: Sources<DeskContract> = {
    ...session.sources,
    ...settings.sources,
    ...workspaceSources(workspaces),
    ...shellSource(shell),
  };
  const startedAt = clock.now();
  await session.service.start();
  followEnvironment(session, settings);
  return {
    media,
    serve(port, peer) {
      const capabilities: Capability[] = [
        ...shell.capabilities,
        ...(options.loopback ? (['listen-to-call'] as const) : []),
      ];
      const { version: engineVersion } = options;
      return bag.add(
        serve(deskContract, { handlers, sources, capabilities, engineVersion, clock, logger, startedAt }, port, peer),
      );
    },
    async dispose() {
      disposed = true;
      bag.dispose();
      await opening;
      await closeWorkspace();
      // Behind this nothing writes here: another engine may be at the folder, or nobody.
      await session.service.dispose();
    },
  };
}

/** Of this PC in its networks. */
const addresses = (): string =>
  Object.entries(networkInterfaces())
    .flatMap(([name, all = []]) => all.filter(({ internal }) => !internal).map(({ address }) => `${name} ${address}`))
    .sort()
    .join(', ');

/** Settings that belong to an environment follow the choice of it also while nobody is signed in. */
function followEnvironment(session: SessionFeature, settings: SettingsFeature): void {
  session.service.onState(({ environment, phase }) => {
    if (phase !== 'signed-in') settings.service.use({ environment, personal: null });
  });
}

function shellSource(shell: ShellFacts): Pick<Sources<DeskContract>, 'shell.state'> {
  return {
    'shell.state': (_args, sink) => {
      const send = (): void =>
        sink.item({
          globalCutIn: shell.globalCutIn,
          opensDialLinks: shell.dialLinks?.areOurs ?? null,
          dialLink: shell.dialLinks?.waiting ?? null,
        });
      send();
      const subscription = shell.onChange(send);
      return () => subscription.dispose();
    },
  };
}
