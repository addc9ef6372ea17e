import { meta } from './0001-meta.ts';
import { leads } from './0002-leads.ts';
import { calls } from './0003-calls.ts';
import { openers } from './0004-openers.ts';
import { recordings } from './0005-recordings.ts';
import { outbox } from './0006-outbox.ts';
import { sims } from './0007-sims.ts';
import { countsOfTheDesk } from './0008-counts-of-the-desk.ts';
import { callQuality } from './0009-call-quality.ts';
import { callTransfer } from './0010-call-transfer.ts';
import { callLine } from './0011-call-line.ts';
import { callCallerId } from './0012-call-caller-id.ts';
import { leadsOfPeople } from './0013-leads-of-people.ts';
import { numbersAndRules } from './0018-numbers-and-rules.ts';
import { channels } from './0019-channels.ts';
import { openersAndSnippets } from './0020-openers-and-snippets.ts';
import { poolRules } from './0021-pool-rules.ts';
import { leadsSetAside } from './0022-leads-set-aside.ts';
import { ownRows } from './0023-own-rows.ts';
import { shortIndexes } from './0024-short-indexes.ts';
import { listsInMemory } from './0025-lists-in-memory.ts';
import { dialQueue } from './0026-dial-queue.ts';
import { snippetUses } from './0027-snippet-uses.ts';
import { stagesAndPlans } from './0028-stages-and-plans.ts';
import { leadImports } from './0029-lead-imports.ts';
import { listingPages } from './0030-listing-pages.ts';
import { numberChecks } from './0032-number-checks.ts';
import { exportsUntold } from './0033-exports.ts';
import { outcomesAndScripts } from './0034-outcomes-and-scripts.ts';
import { leadsHanded } from './0035-leads-handed.ts';
import { queueParts } from './0036-queue-parts.ts';
import { departments } from './0037-departments.ts';
import { callees } from './0038-callees.ts';
import { receiversAndBulk } from './0040-receivers-and-bulk.ts';
import { passedOver } from './0041-passed-over.ts';
import { contactPhones } from './0042-contact-phones.ts';
import { calleesByAge } from './0043-callees-by-age.ts';
import { cardDials } from './cards-0001-dials.ts';
import type { Migration } from './migration.ts';

/** A person's database, every step in order. A new one goes to the end and to schema.snapshot.sql (`vitest -u` writes it). */
export const migrations: readonly Migration[] = [
  meta,
  leads,
  calls,
  openers,
  recordings,
  outbox,
  sims,
  countsOfTheDesk,
  callQuality,
  callTransfer,
  callLine,
  callCallerId,
  leadsOfPeople,
  numbersAndRules,
  channels,
  openersAndSnippets,
  poolRules,
  leadsSetAside,
  ownRows,
  shortIndexes,
  listsInMemory,
  dialQueue,
  snippetUses,
  stagesAndPlans,
  leadImports,
  listingPages,
  numberChecks,
  exportsUntold,
  outcomesAndScripts,
  leadsHanded,
  queueParts,
  departments,
  callees,
  receiversAndBulk,
  passedOver,
  contactPhones,
  calleesByAge,
];

/** The desk's own database of its cards (cards.snapshot.sql). */
export const cardMigrations: readonly Migration[] = [cardDials];
