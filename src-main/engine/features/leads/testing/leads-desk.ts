import type { Role } from '#shared/domain/vocabulary.ts';
import type { Database } from '../../../database/open-database.ts';
import { createOutbox, type DeedRef, type Outbox } from '../../../sync/index.ts';
import { directLists } from '../../../testing/direct-lists.ts';
import { sampleLead } from '../../../testing/sample-leads.ts';
import { testContext, type TestContext } from '../../../testing/test-context.ts';
import { createLeads, LeadListing, type LeadsFeature } from '../index.ts';

/** Whose desk it is. */
export const me = { id: sampleLead(900).id, name: '陈晓' };
export const from = { peer: { kind: 'in-process', id: 'test' }, signal: { aborted: false, addEventListener: () => undefined } } as const; // prettier-ignore
export const idOf = (n: number): string => sampleLead(n).id;

export interface LeadsDesk extends LeadsFeature {
  /** Who hears of the cloud’s answers to deeds. */
  onAnswer: (deed: DeedRef, isTaken: boolean) => void;
  readonly outbox: Outbox;
  readonly context: TestContext;
}

/** Leads on a real database and a real outbox, without a thread and without a cloud. @param role theirs now */
export function leadsDesk({ write: db, read }: Database, role: () => Role): LeadsDesk {
  const context = testContext();
  const outbox: Outbox = createOutbox({
    context,
    db,
    readers: { 'call.put': () => null },
    putBack: (tx, deed, row) => feature.service.work.putBack(tx, deed, row),
    redo: (tx, deed) => feature.service.work.redo(tx, deed),
    answered: (_tx, deed, isTaken) => desk.onAnswer(deed, isTaken),
  });
  const lists = directLists(new LeadListing(read, me.id, () => context.clock.now()));
  const feature = createLeads({ context, db, deeds: outbox, person: me, role, lists, barred: () => new Map() });
  const desk: LeadsDesk = { ...feature, outbox, context, onAnswer: () => undefined };
  return desk;
}
