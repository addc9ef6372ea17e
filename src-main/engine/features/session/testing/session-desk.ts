import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ManualClock } from '#shared/base/clock.ts';
import { AppError, type ErrorCode } from '#shared/base/errors.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { createFileStore } from '../../../database/file-store.ts';
import { testContext } from '../../../testing/test-context.ts';
import { createFileSecrets, createSession, type DemoWorld, type Identity, type SessionCloud, type SessionFeature, type TokenStore } from '../index.ts'; // prettier-ignore
import { createPasswordHash } from '../password-hash.ts';

/** argon2id as everywhere, at its lowest cost. */
export const cheapHash = createPasswordHash(8);
export const idOf = (n: number): string => `019a0000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const personOf = (account: string): Awaited<ReturnType<SessionCloud['me']>> => ({
  employee: { id: idOf(account.length), name: account, account, role: 'agent', departmentName: null },
  company: { id: idOf(100), name: '样例公司', sample: true },
});

/** A cloud where every account's password is "right". */
export class FakeCloud implements SessionCloud {
  down: ErrorCode | null = null;
  /** It answers, whatever else it refuses. */
  healthy = false;
  /** Hands out desk keys; clouds before there were any do not. */
  hasKeys = true;
  password = 'right';
  readonly ended: string[] = [];
  readonly baseUrl: string;
  readonly onSignedOut: (code: ErrorCode) => void;
  private readonly tokens: TokenStore;

  constructor(options: { baseUrl: string; tokens: TokenStore; onSignedOut: (code: ErrorCode) => void }) {
    this.baseUrl = options.baseUrl;
    this.tokens = options.tokens;
    this.onSignedOut = options.onSignedOut;
  }
  health(): Promise<void> {
    return this.healthy ? Promise.resolve() : this.answer(() => undefined);
  }
  signIn(account: string, password: string): ReturnType<SessionCloud['signIn']> {
    return this.answer(() => {
      if (password !== this.password) throw new AppError('auth.bad-credentials');
      this.tokens.save({ accessToken: `access ${account}`, accessExpiresAt: 1, refreshToken: account });
      // Each person's own, the same at each sign-in on this desk.
      return { ...personOf(account), ...(this.hasKeys ? { deskKey: `key of ${account}`.padEnd(43, '.') } : {}) };
    });
  }
  async signOut(): Promise<void> {
    this.tokens.save(null);
    await Promise.resolve();
  }
  me(): ReturnType<SessionCloud['me']> {
    return this.answer(() => {
      const account = this.tokens.load()?.refreshToken;
      if (!account) throw new AppError('auth.required');
      return personOf(account);
    });
  }
  changePassword(oldPassword: string): Promise<void> {
    return this.answer(() => {
      if (oldPassword !== this.password) throw new AppError('password.wrong-old');
    });
  }
  devices(): ReturnType<SessionCloud['devices']> {
    const device = { id: idOf(7), name: '工位 12', firstSeenAt: 1, lastSeenAt: 3, signedInAt: 2, current: true, signedIn: true }; // prettier-ignore
    return this.answer(() => [{ ...device, ofANewerCloud: 1 }]);
  }
  endDevice(id: string): Promise<void> {
    return this.answer(() => void this.ended.push(id));
  }
  private async answer<T>(work: () => T): Promise<T> {
    await Promise.resolve();
    if (this.down) throw new AppError(this.down);
    return work();
  }
}

class FakeWorkspace {
  opened: Identity<FakeCloud> | null = null;
  readonly folders: string[] = [];
  renewals = 0;
  liveCall = false;
  waiting = { rows: 0, recordings: 0 };
  refuses: ErrorCode | null = null;
  open(identity: Identity<FakeCloud>): Promise<void> {
    if (this.opened) throw new Error('a workspace is open already');
    if (this.refuses) return Promise.reject(new AppError(this.refuses));
    this.opened = identity;
    this.folders.push(identity.folder);
    mkdirSync(identity.folder, { recursive: true });
    return Promise.resolve();
  }
  close(): Promise<void> {
    this.opened = null;
    return Promise.resolve();
  }
  renewed(): void {
    this.renewals += 1;
  }
  hasLiveCall(): boolean {
    return this.liveCall;
  }
  unsent(): { readonly rows: number; readonly recordings: number } {
    return this.waiting;
  }
}

export interface Desk extends SessionFeature {
  readonly workspace: FakeWorkspace;
  readonly clouds: FakeCloud[];
  readonly clock: ManualClock;
  cloud(): FakeCloud;
}

const demoWorld: DemoWorld = {
  start: (onProgress) => {
    onProgress('database', 0.2);
    onProgress('sample-data', 0.8);
    return Promise.resolve({ cloudUrl: 'http://127.0.0.1:4000', accounts: [{ account: 'agent', password: 'right', name: '坐席', role: 'agent' }] }); // prettier-ignore
  },
};

export function openDesk(
  folder: string,
  { demo = demoWorld, down = null as ErrorCode | null, passwords = cheapHash } = {},
): Desk {
  const workspace = new FakeWorkspace();
  const clouds: FakeCloud[] = [];
  const context = testContext(folder);
  const feature = createSession<FakeCloud>({
    context,
    store: createFileStore(join(folder, 'desk.json'), silentLogger),
    secrets: createFileSecrets(join(folder, 'secrets.json'), silentLogger),
    connectCloud: (options) => {
      const cloud = new FakeCloud(options);
      cloud.down = down;
      clouds.push(cloud);
      return cloud;
    },
    passwords,
    demo,
    workspace,
    deviceName: 'test desk',
    openDesk: () => Promise.resolve({ url: null }),
  });
  const cloud = (): FakeCloud => clouds.at(-1) as FakeCloud;
  return { ...feature, workspace, clouds, cloud, clock: context.clock };
}

export const never = { aborted: false, addEventListener: () => undefined };
export const production = { environment: 'production', cloudUrl: 'crm.example.com' } as const;
export const codeOf = (work: Promise<unknown>): Promise<unknown> => work.then(() => 'no error', (error: { code?: unknown }) => error.code); // prettier-ignore

export async function signedIn(folder: string): Promise<Desk> {
  const desk = openDesk(folder);
  await desk.service.chooseEnvironment(production, never);
  await desk.service.signIn('agent', 'right');
  return desk;
}
