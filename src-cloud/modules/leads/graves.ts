import { sql } from 'kysely';
import type { Mortal } from '../changes/index.ts';

const isThere = sql`EXISTS (SELECT 1 FROM lead WHERE lead.company_id = e.company_id AND lead.id = e.entity_id AND lead.deleted_at IS NULL)`;

/** Deleted leads: row, notes and who deleted it go; whoever comes later still is told that there is no such lead. */
export const deletedLeads: Mortal = {
  isGone: sql<boolean>`NOT ${isThere}`,
  told: true,
  async bury(tx, companyId, ids, before) {
    const { rows } = await sql<{ id: string }>`SELECT id FROM lead
      WHERE company_id = ${companyId} AND id = ANY(${ids}::text[]) AND deleted_at < ${before}`.execute(tx as never);
    const dead = rows.map(({ id }) => id);
    if (dead.length === 0) return;
    await tx.deleteFrom('note').where('companyId', '=', companyId).where('leadId', 'in', dead).execute();
    await tx.deleteFrom('lead').where('companyId', '=', companyId).where('id', 'in', dead).execute();
  },
};

/** Notes of deleted leads. Desks forget them with the lead. */
export const notesOfTheDeleted: Mortal = {
  isGone: sql<boolean>`NOT EXISTS (SELECT 1 FROM note
    JOIN lead ON lead.company_id = note.company_id AND lead.id = note.lead_id AND lead.deleted_at IS NULL
    WHERE note.company_id = e.company_id AND note.id = e.entity_id)`,
  told: false,
};
