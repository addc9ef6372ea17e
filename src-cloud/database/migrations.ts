import type { Migration } from 'kysely/migration';
import * as foundation from './migrations/0001-foundation.ts';
import * as callQuality from './migrations/0002-call-quality.ts';
import * as callTransfer from './migrations/0003-call-transfer.ts';
import * as callLine from './migrations/0004-call-line.ts';
import * as accountKey from './migrations/0005-account-key.ts';
import * as leadsOfPeople from './migrations/0006-leads-of-people.ts';
import * as signInTries from './migrations/0007-sign-in-tries.ts';
import * as device from './migrations/0008-device.ts';
import * as deskKey from './migrations/0009-desk-key.ts';
import * as cloudFacts from './migrations/0010-cloud-facts.ts';
import * as administration from './migrations/0013-administration.ts';
import * as numbersAndRules from './migrations/0017-numbers-and-rules.ts';
import * as recordingsKept from './migrations/0022-recordings-kept.ts';
import * as devicesAndAudit from './migrations/0023-devices-and-audit.ts';
import * as channels from './migrations/0024-channels.ts';
import * as openersAndSnippets from './migrations/0025-openers-and-snippets.ts';
import * as poolsAndQuotas from './migrations/0026-pools-and-quotas.ts';
import * as deletionsAndFloor from './migrations/0027-deletions-and-floor.ts';
import * as offlineDays from './migrations/0028-offline-days.ts';
import * as ownersOfChanges from './migrations/0029-owners-of-changes.ts';
import * as stagesAndEvents from './migrations/0030-stages-and-events.ts';
import * as leadImports from './migrations/0031-lead-imports.ts';
import * as numberChecks from './migrations/0033-number-checks.ts';
import * as exportRules from './migrations/0034-export-rules.ts';
import * as outcomesAndScripts from './migrations/0035-outcomes-and-scripts.ts';
import * as callees from './migrations/0036-callees.ts';
import * as storedCalls from './migrations/0037-stored-calls.ts';

/** A migration that takes something away says since which server nobody has asked for it. */
export interface Contract {
  readonly contract?: { readonly unusedSince: string };
}

/** In this order; frozen once released. */
export const migrations = {
  '0001-foundation': foundation,
  '0002-call-quality': callQuality,
  '0003-call-transfer': callTransfer,
  '0004-call-line': callLine,
  '0005-account-key': accountKey,
  '0006-leads-of-people': leadsOfPeople,
  '0007-sign-in-tries': signInTries,
  '0008-device': device,
  '0009-desk-key': deskKey,
  '0010-cloud-facts': cloudFacts,
  '0013-administration': administration,
  '0017-numbers-and-rules': numbersAndRules,
  '0022-recordings-kept': recordingsKept,
  '0023-devices-and-audit': devicesAndAudit,
  '0024-channels': channels,
  '0025-openers-and-snippets': openersAndSnippets,
  '0026-pools-and-quotas': poolsAndQuotas,
  '0027-deletions-and-floor': deletionsAndFloor,
  '0028-offline-days': offlineDays,
  '0029-owners-of-changes': ownersOfChanges,
  '0030-stages-and-events': stagesAndEvents,
  '0031-lead-imports': leadImports,
  '0033-number-checks': numberChecks,
  '0034-export-rules': exportRules,
  '0035-outcomes-and-scripts': outcomesAndScripts,
  '0036-callees': callees,
  '0037-stored-calls': storedCalls,
} satisfies Record<string, Migration & Contract>;

/**
 * The oldest server that may run beside this one (docs/guides/run-the-cloud.md, «Two versions side by side»). It moves with
 * a contract migration alone, to the server that first did without what goes. This one is the first that asks for the mark:
 * those before it refuse any newer schema at their start, and know nothing of row security (old-server.test.ts).
 */
export const oldestServer: keyof typeof migrations = '0010-cloud-facts';
