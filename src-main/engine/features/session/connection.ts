import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ErrorCode } from '#shared/base/errors.ts';
import type { EngineContext } from '../../context.ts';
import type { KeyValueStore } from '../../database/key-value.ts';
import { OfflineSignIn } from './offline-sign-in.ts';
import type { PasswordHash } from './password-hash.ts';
import { PersonKeys } from './person-keys.ts';
import type { ConnectCloud, Environment, SessionCloud, TokenStore } from './ports.ts';
import { createRememberedSession, type RememberedSession } from './remembered-session.ts';
import type { SecretStore } from './secret-store.ts';

/** One environment that is ready: its cloud's address is known. */
export interface Connection<C> {
  readonly environment: Environment;
  readonly key: string;
  readonly cloud: C;
  readonly remembered: RememberedSession;
  readonly offline: OfflineSignIn;
  readonly keys: PersonKeys;
}

/** Folder name and key of what is remembered. The demo's cloud has another address at every start. */
export const environmentKey = (environment: Environment, cloudUrl: string): string =>
  environment === 'demo' ? 'demo' : createHash('sha256').update(cloudUrl).digest('hex').slice(0, 16);

/** Of this person in this environment alone. */
export const personFolder = (dataDir: string, key: string, employeeId: string): string =>
  join(dataDir, 'environments', key, employeeId);

interface Options<C extends SessionCloud> {
  readonly context: Pick<EngineContext, 'clock' | 'logger' | 'dataDir'>;
  readonly store: KeyValueStore;
  readonly secrets: SecretStore;
  readonly passwords: PasswordHash;
  readonly connectCloud: ConnectCloud<C>;
  readonly deviceId: string;
  readonly onSignedOut: (code: ErrorCode, of: Connection<C>) => void;
}

/** Reads what is remembered of an environment and makes the client of its cloud. Asks nobody yet. */
export async function connect<C extends SessionCloud>(
  environment: Environment,
  cloudUrl: string,
  { context, store, secrets, passwords, connectCloud, deviceId, onSignedOut }: Options<C>,
): Promise<Connection<C>> {
  const key = environmentKey(environment, cloudUrl);
  const { clock, logger, dataDir } = context;
  const remembered = await createRememberedSession({ store, secrets, logger, key });
  const offline = new OfflineSignIn({ secrets, passwords, clock, logger, key });
  const made: Connection<C> = {
    environment,
    key,
    remembered,
    offline,
    keys: new PersonKeys({ store, secrets, passwords, logger, key, folderOf: (id) => personFolder(dataDir, key, id) }),
    cloud: connectCloud({
      baseUrl: cloudUrl,
      tokens: provingTokens(remembered, offline),
      deviceId,
      onSignedOut: (code) => onSignedOut(code, made),
    }),
  };
  return made;
}

/** Fresh tokens in place of others: the cloud still takes this person for who they are. */
function provingTokens({ tokens, person }: RememberedSession, offline: OfflineSignIn): TokenStore {
  return {
    load: () => tokens.load(),
    save: (next) => {
      const before = person();
      tokens.save(next);
      if (next && before) void offline.proven(before.employee.account, before);
    },
  };
}
