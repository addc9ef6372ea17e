import { sql } from 'kysely';
import type { CloudCall, LeadEvent } from '#shared/cloud-contract/contract.ts';
import { callResult } from '#shared/domain/call-record.ts';
import type { EndCause, LeadEventKind } from '#shared/domain/vocabulary.ts';
import type { Tx } from '../../database/database.ts';
import type { Scope } from '../../database/scope.ts';
import type { OpContext } from '../sync/index.ts';
import { numbersOf } from '../number-checks/index.ts';
import { lockLead } from './repository.ts';

/**
 * A call with a lead that is over, told in its timeline under the call's own id: whoever has the lead next sees what was spoken
 * of before, though the call's row stays its person's. What a later revision says (the outcome, the note) stands in the same place.
 * Of somebody else's lead a person can say so only if it is one of the lead's numbers that was called.
 */
export async function tellOfCall({ tx, log, scope, now }: OpContext, call: CloudCall): Promise<void> {
  if (!isTold(call)) return;
  const lead = await lockLead(tx, scope, call.leadId);
  if (!lead || !(lead.visible || numbersOf(lead.phone, lead.contacts).includes(call.number))) return;
  // Only who sees the lead has to look.
  if (await putCalled(tx, scope, call, now)) log.add('note', call.id, lead.ownerId ?? undefined);
}

/** Whether a lead is to be told of this call: while it runs there is nothing to tell. */
export const isTold = (call: CloudCall): call is ToldCall => call.leadId !== null && call.endCause !== null;
type ToldCall = CloudCall & { readonly leadId: string; readonly endCause: EndCause };

const eventOf = (call: ToldCall): LeadEvent & { readonly kind: LeadEventKind } => ({
  kind: 'called',
  direction: call.direction,
  result: callResult(call.endCause, call.answeredAt !== null, call.direction),
  ...(call.answeredAt === null ? {} : { talkMs: call.talkMs ?? 0 }),
  ...(call.outcome ? { outcome: call.outcome } : {}),
  ...(call.outcomeId ? { outcomeId: call.outcomeId } : {}),
});

/** False when it stands there already as it is. */
async function putCalled(tx: Tx, scope: Scope, call: ToldCall, now: number): Promise<boolean> {
  const written = await tx
    .insertInto('note')
    .values({
      companyId: scope.companyId,
      employeeId: scope.employeeId,
      id: call.id,
      leadId: call.leadId,
      text: call.note,
      lost: null,
      event: JSON.stringify(eventOf(call)),
      createdAt: call.startedAt,
      storedAt: now,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['companyId', 'id'])
        .doUpdateSet(({ ref }) => ({ text: ref('excluded.text'), event: ref('excluded.event') }))
        .where('note.employeeId', '=', scope.employeeId)
        .where(sql<boolean>`note.event ->> 'kind' = 'called'`)
        .where(sql<boolean>`(note.text, note.event) IS DISTINCT FROM (excluded.text, excluded.event)`),
    )
    .returning('id')
    .executeTakeFirst();
  return written !== undefined;
}
