import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { silentLogger } from '#shared/base/logger.ts';
import type { CloudEmployee } from '#shared/cloud-contract/rows.ts';
import type { PhoneConnection } from '#shared/desk-contract/areas/phone.ts';
import { createFileStore } from '#engine/database/file-store.ts';
import { createFileSecrets } from '#engine/features/session/index.ts';
import { createRememberedSession } from '#engine/features/session/remembered-session.ts';
import { environmentKey, personFolder } from '#engine/features/session/connection.ts';
import { createSettingsService } from '#engine/features/settings/settings.ts';
import { wideCaps } from './wide-caps.ts';

/** Port 9 (discard) is served nowhere: whoever asks is refused at once, as by a cloud that is away. */
const nobodysCloud = 'http://127.0.0.1:9';

export const testEmployee = {
  id: '01900000-0000-7000-8000-00000000000a',
  name: '李坐席',
  account: 'li',
  role: 'agent',
  departmentName: null,
} as const;

/** Who has the desk in the late shift. */
export const lateEmployee = {
  ...testEmployee,
  id: '01900000-0000-7000-8000-00000000000b',
  name: '周坐席',
  account: 'zhou',
};

/**
 * Leaves a desk folder as a person leaves it who signed in yesterday: the next start goes on offline. Written by the
 * engine's own stores, so that a change of their format cannot leave this behind.
 *
 * @returns the person's own folder, where the database is
 */
export async function leaveSignedIn(
  deskDir: string,
  phone: PhoneConnection = { kind: 'none' },
  employee: CloudEmployee = testEmployee,
): Promise<string> {
  mkdirSync(deskDir, { recursive: true, mode: 0o700 });
  const store = createFileStore(join(deskDir, 'desk.json'), silentLogger);
  const secrets = createFileSecrets(join(deskDir, 'secrets.json'), silentLogger);
  store.set('environment', 'production');
  store.set('environment.cloudUrl', nobodysCloud);
  const key = environmentKey('production', nobodysCloud);
  const remembered = await createRememberedSession({ store, secrets, logger: silentLogger, key });
  const inADay = Date.now() + 86_400_000;
  remembered.tokens.save({ accessToken: 'a'.repeat(32), accessExpiresAt: inADay, refreshToken: 'r'.repeat(32) });
  const company = { id: '01900000-0000-7000-8000-00000000000c', name: '示例科技有限公司', sample: true };
  remembered.savePerson({ employee, company });
  remembered.saveAccount(employee.account);
  const settings = createSettingsService(store, silentLogger);
  settings.use({ environment: 'production', personal: null });
  settings.change({ phone, simCaps: wideCaps });
  // The tokens are written behind a promise.
  await new Promise((resolve) => setImmediate(resolve));
  return personFolder(deskDir, key, employee.id);
}
