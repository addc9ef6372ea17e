import { Emitter } from '#shared/base/emitter.ts';
import { cloudCapabilityNumber } from '#shared/cloud-contract/contract.ts';
import type { capabilityNumbersArea, CapabilityNumberView } from '#shared/desk-contract/areas/capability-numbers.ts';
import type { Sources } from '#shared/desk-contract/kit.ts';
import type { ReadableDb, WritableDb } from '../../database/handles.ts';
import type { ChangeApplier } from '../../sync/index.ts';

export interface CapabilityNumbersFeature {
  readonly sources: Sources<typeof capabilityNumbersArea>;
  readonly applier: ChangeApplier;
}

/** 能力号 of the signed-in person, from their database: offline they are what they were. */
export function createCapabilityNumbers(db: ReadableDb): CapabilityNumbersFeature {
  const changed = new Emitter<void>();
  return {
    sources: {
      'capabilityNumbers.all': (_args, sink) => {
        const send = (): void => sink.item(all(db));
        send();
        const subscription = changed.on(send);
        return () => subscription.dispose();
      },
    },
    applier: {
      apply: (tx, changes) => changes.map(({ id, row }) => take(tx, id, row)).filter((id) => id !== null),
      applied: () => changed.emit(),
      known: (tx, after, limit) =>
        tx
          .all<{ id: string }>('SELECT id FROM capability_number WHERE id > ? ORDER BY id LIMIT ?', [after, limit])
          .map(({ id }) => id),
    },
  };
}

function all(db: ReadableDb): CapabilityNumberView[] {
  const rows = db.all<Omit<CapabilityNumberView, 'shared'> & { shared: number }>(
    'SELECT id, number, answering_number AS answeringNumber, usage, note, shared FROM capability_number ORDER BY number',
  );
  return rows.map((row) => ({ ...row, shared: row.shared === 1 }));
}

/** @returns the id of a row that this version cannot read; null = it is taken over */
function take(db: WritableDb, id: string, row: unknown): string | null {
  if (row === null) db.run('DELETE FROM capability_number WHERE id = ?', [id]);
  else {
    const parsed = cloudCapabilityNumber.safeParse(row);
    if (!parsed.success) return id;
    const { number, answeringNumber, usage, note, shared } = parsed.data;
    db.run(
      `INSERT OR REPLACE INTO capability_number (id, number, answering_number, usage, note, shared)
       VALUES (?, ?, ?, ?, ?, ?)`,
      [id, number, answeringNumber, usage, note, shared ? 1 : 0],
    );
  }
  return null;
}
