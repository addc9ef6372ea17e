import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backup, restore } from '#cloud/main/backup-commands.ts';
import { silentLogger } from '#shared/base/logger.ts';
import { CloudDesk } from '#tests/support/cloud-desk.ts';
import { until } from '#tests/support/desk.ts';

let desk: CloudDesk;
beforeEach(async () => {
  desk = await CloudDesk.open();
}, 180_000);
afterEach(() => desk.close());

const place = () => ({ dataDir: desk.cloudDir, databaseUrl: undefined, logger: silentLogger });

/**
 * The drill of docs/guides/run-the-cloud.md, «Backup and restore»: a backup under a running cloud, work that goes on, the
 * machine gone with all its disks, a new one from the backup.
 */
it('a cloud that is lost comes back from its backup, and desks bring what was done since', async () => {
  await desk.signIn();
  const before = await desk.makeCall('15400000137');
  await desk.everythingArrived();
  const to = join(desk.dir, 'backups');
  const made = await backup(place(), to);
  expect(made).toMatchObject({ complete: true, text: expect.stringMatching(/ 1 recordings /) as string });

  // Since then: the first call was changed, a second one made. The cloud has told the desk that it has both.
  await desk.client.call('calls.setNote', { callId: before, note: '备份以后改的' });
  const since = await desk.makeCall('15400000138');
  await desk.everythingArrived();
  await desk.expectInCloud([before, since]);

  await desk.cloud.close();
  rmSync(desk.cloudDir, { recursive: true });
  const [folder = ''] = readdirSync(to).filter((name) => name !== 'recordings');
  const back = await restore(place(), join(to, folder));
  expect(back.complete).toBe(true);
  const recording = (await desk.client.call('calls.get', { id: before })).recording;
  const [company = ''] = readdirSync(join(desk.cloudDir, 'recordings'));
  const [file = ''] = readdirSync(join(desk.cloudDir, 'recordings', company));
  const bytes = readFileSync(join(desk.cloudDir, 'recordings', company, file));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(recording?.sha256);

  await desk.startCloudAgain();
  const { calls: restored } = await desk.rowsInCloud();
  expect(restored.map(({ id }) => id)).toEqual([before]);
  expect(restored[0]?.note).not.toBe('备份以后改的');
  // A restored cloud ends every session: one that was revoked since would be alive again.
  // At once, however long its pause between tries has grown.
  await expect(desk.client.call('sync.now', null)).rejects.toThrow();
  await until(desk.client, 'sync.state', null, ({ state }) => state === 'signed-out');
  await desk.signInAgain();
  await desk.everythingArrived();
  await desk.expectInCloud([before, since]);
  const { calls } = await desk.rowsInCloud();
  expect(calls.find(({ id }) => id === before)?.note).toBe('备份以后改的');
}, 240_000);
