import type { ErrorCode } from '#shared/base/errors.ts';
import type { SessionState } from '#shared/desk-contract/areas/session.ts';
import type { CloudCompany, CloudDevice, CloudEmployee } from '#shared/cloud-contract/contract.ts';

/** As sync/cloud-client.ts keeps them. */
export interface SessionTokens {
  readonly accessToken: string;
  readonly accessExpiresAt: number;
  readonly refreshToken: string;
}

export interface TokenStore {
  load(): SessionTokens | null;
  save(tokens: SessionTokens | null): void;
}

/** What the session needs of a cloud; the client saves and renews its tokens by itself. */
export interface SessionCloud {
  /** @throws AppError `cloud.unreachable`, `cloud.not-a-cloud`, `cloud.version-mismatch` */
  health(signal?: AbortSignal): Promise<unknown>;
  signIn(
    account: string,
    password: string,
    deviceName: string,
    newPassword?: string,
  ): Promise<Person & { readonly deskKey?: string | undefined }>;
  /** Forgets the tokens; does not reject when the cloud is away. */
  signOut(): Promise<void>;
  me(): Promise<Person>;
  changePassword(oldPassword: string, newPassword: string): Promise<void>;
  devices(): Promise<readonly CloudDevice[]>;
  endDevice(id: string): Promise<void>;
}

export interface Person {
  readonly employee: CloudEmployee;
  readonly company: CloudCompany;
}

/** Makes a client for one address; `onSignedOut` = the cloud has ended the session. */
export type ConnectCloud<C extends SessionCloud> = (options: {
  readonly baseUrl: string;
  readonly tokens: TokenStore;
  readonly deviceId: string;
  readonly onSignedOut: (code: ErrorCode) => void;
}) => C;

export type Environment = NonNullable<SessionState['environment']>;
type Preparing = NonNullable<SessionState['preparing']>;

/** The sample world of the demo environment: its own cloud and accounts. Started again each time the desk starts. */
export interface DemoWorld {
  /** @param onProgress `progress` 0…1 of all of it */
  start(
    onProgress: (step: Preparing['step'], progress: number) => void,
    signal: AbortSignal,
  ): Promise<{ readonly cloudUrl: string; readonly accounts: SessionState['demoAccounts'] }>;
}

/** Everything that a workspace is opened with. */
export interface Identity<C> extends Person {
  readonly environment: Environment;
  readonly cloud: C;
  readonly deviceId: string;
  /** Of this person in this environment alone: nobody else's data is ever in it. Made by whoever writes first. */
  readonly folder: string;
}

/**
 * What exists only while somebody is signed in: database, leads, calls, openers, recordings, sync, phone. Made by the
 * composition root. `open` rejects with an AppError (`database.locked` …) and then leaves nothing open.
 */
export interface WorkspaceGate<C> {
  open(identity: Identity<C>): Promise<void>;
  close(): Promise<void>;
  /** The same person has signed in again after the session had expired: sync goes on. */
  renewed(): void;
  hasLiveCall(): boolean;
  /** What the cloud has not taken yet. */
  unsent(): { readonly rows: number; readonly recordings: number };
}
