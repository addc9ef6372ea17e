import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { silentLogger } from '#shared/base/logger.ts';
import { tempFolder } from '../../testing/temp-folder.ts';
import { testDatabase } from '../../testing/test-database.ts';
import { ImportThread } from './import-thread.ts';
import { workbookFile } from './testing/workbook-file.ts';

const file = new URL('../../import-worker.ts', import.meta.url);
const hints = { mappings: {}, keys: [], rule: 'keep' } as const;

it('a thread that is closed does not read its file to the end', async () => {
  const path = join(tempFolder(), 'sheet');
  writeFileSync(path, workbookFile({ sheets: ['<row><c><v>1</v></c></row>'.repeat(600_000)] }));
  const database = testDatabase();
  const open = () => new ImportThread({ path: database.path, file, logger: silentLogger });
  const [closed, other] = [open(), open()];
  // Both read the same: the one that is closed is done with it long before the other.
  const order: string[] = [];
  const cancelled = expect(closed.open(path, {}, hints, 'zh-CN')).rejects.toMatchObject({ code: 'cancelled' });
  const whole = expect(other.open(path, {}, hints, 'zh-CN')).rejects.toMatchObject({ code: 'import.too-many-rows' });
  await closed.checkpoint();
  closed.dispose();
  await Promise.all([cancelled, closed.ended.then(() => order.push('closed')), whole.then(() => order.push('read'))]);
  expect(order).toEqual(['closed', 'read']);
  other.dispose();
  await other.ended;
});
