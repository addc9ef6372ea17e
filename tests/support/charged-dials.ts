import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import BetterSqlite from 'better-sqlite3';

/**
 * Dials of a person's calls that no card of the desk is charged for, by their numbers: what a kill may never leave. Read
 * from copies, so that the next start finds the files as the kill left them.
 */
export function unchargedDials(deskDir: string, personFolder: string): string[] {
  const place = mkdtempSync(join(tmpdir(), 'jinhu-charged-'));
  try {
    const calls = new BetterSqlite(copyOf(join(personFolder, 'desk.db'), place));
    calls.prepare('ATTACH ? AS cards').run(copyOf(join(deskDir, 'desk-cards.db'), place));
    const rows = calls
      .prepare<[], { number: string }>(
        `SELECT number FROM call WHERE iccid IS NOT NULL AND direction = 'outbound' AND made_here = 1
           AND id NOT IN (SELECT call_id FROM cards.card_dial)`,
      )
      .all();
    calls.close();
    return rows.map(({ number }) => number);
  } finally {
    rmSync(place, { recursive: true });
  }
}

function copyOf(path: string, place: string): string {
  const copy = join(place, basename(path));
  for (const end of ['', '-wal']) if (existsSync(path + end)) copyFileSync(path + end, copy + end);
  return copy;
}
