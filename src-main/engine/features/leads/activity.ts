import type { Outcome } from '#shared/domain/vocabulary.ts';
import type { WritableDb } from '../../database/handles.ts';

export interface LeadCall {
  /** When the call started, ms; tells the calls of one lead apart. */
  readonly at: number;
  readonly answered: boolean;
  readonly outcome: Outcome | null;
}

/**
 * Tells a lead of a call to it. May be told again at any time with newer facts (answered, outcome set) and in any order;
 * each call counts once. Runs inside the caller's transaction. The lead need not be known yet.
 */
export function noteCall(db: WritableDb, leadId: string, call: LeadCall): void {
  db.transaction(() => {
    db.run(
      `INSERT INTO lead_call (lead_id, started_at, answered, outcome) VALUES (:leadId, :at, :answered, :outcome)
       ON CONFLICT (lead_id, started_at) DO UPDATE SET answered = excluded.answered, outcome = excluded.outcome`,
      { leadId, at: call.at, answered: call.answered ? 1 : 0, outcome: call.outcome },
    );
    // A verdict stays until another one is given: the last call without an outcome does not undo 有意向.
    db.run(
      `INSERT OR REPLACE INTO lead_activity (lead_id, last_call_at, last_call_answered, last_outcome, call_count)
       SELECT :leadId, last.started_at, last.answered,
         (SELECT outcome FROM lead_call WHERE lead_id = :leadId AND outcome IS NOT NULL
          ORDER BY started_at DESC LIMIT 1),
         (SELECT count(*) FROM lead_call WHERE lead_id = :leadId)
       FROM (SELECT started_at, answered FROM lead_call WHERE lead_id = :leadId
             ORDER BY started_at DESC LIMIT 1) AS last`,
      { leadId },
    );
  });
}
