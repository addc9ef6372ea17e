import { cloudCompany, cloudEmployee, type CloudCompany, type CloudEmployee } from '#shared/cloud-contract/contract.ts';
import type { CallRulesFeature } from './features/call-rules/index.ts';
import { calleeApplier, type CallsFeature } from './features/calls/index.ts';
import type { CapabilityNumbersFeature } from './features/capability-numbers/index.ts';
import type { ExportsFeature } from './features/exports/index.ts';
import type { ImportsFeature } from './features/imports/index.ts';
import type { LeadsFeature } from './features/leads/index.ts';
import type { NumberListsFeature } from './features/number-lists/index.ts';
import type { OpenersFeature } from './features/openers/index.ts';
import {
  removeRecordingFromCloud,
  takeRecordingFromCloud,
  type RecordingsFeature,
} from './features/recordings/index.ts';
import type { OutcomesFeature } from './features/outcomes/index.ts';
import type { SipFeature } from './features/sip/index.ts';
import type { SnippetsFeature } from './features/snippets/index.ts';
import type { ChangeApplier } from './sync/index.ts';
import { takeCalls } from './take-calls.ts';

interface Parts {
  /** Who is signed in, as the cloud has them now. */
  readonly me: { readonly id: string; readonly changed: (employee: CloudEmployee) => void };
  /** The company has another name, or other days of offline sign-in. */
  readonly companyChanged: (company: CloudCompany) => void;
  readonly calls: CallsFeature;
  readonly exports: ExportsFeature;
  readonly imports: ImportsFeature;
  readonly leads: LeadsFeature;
  readonly recordings: RecordingsFeature;
  readonly numberLists: NumberListsFeature;
  readonly callRules: CallRulesFeature;
  readonly outcomes: OutcomesFeature;
  readonly sip: SipFeature;
  readonly capabilityNumbers: CapabilityNumbersFeature;
  readonly openers: OpenersFeature;
  readonly snippets: SnippetsFeature;
}

/** Who takes over which rows of the cloud. */
export function createAppliers({
  me,
  companyChanged,
  calls,
  exports,
  imports,
  leads,
  recordings,
  numberLists,
  callRules,
  outcomes,
  sip,
  capabilityNumbers,
  openers,
  snippets,
}: Parts): {
  [type: string]: ChangeApplier;
} {
  return {
    lead: {
      apply: (db, changes) => leads.service.applyFromCloud(db, changes),
      applied: () => leads.service.touched(),
      swapped: (db) => {
        leads.service.work.layOnTop(db);
        imports.imports.swapped();
      },
    },
    note: {
      apply: (db, changes) => leads.service.applyNotesFromCloud(db, changes),
      applied: () => leads.service.touched(),
    },
    call: {
      apply: (db, changes) =>
        takeCalls(db, changes, {
          upsert: (_tx, call) => calls.cloud.upsert(call),
          remove: (tx, id) => {
            calls.cloud.remove(id);
            removeRecordingFromCloud(tx, id);
          },
          takeRecording: takeRecordingFromCloud,
        }),
      applied: () => calls.cloud.touch(),
      own: (_db, after, limit) => calls.cloud.own(after, limit),
      sendAgain: (_db, ids) => calls.cloud.sendAgain(ids),
    },
    employee: {
      apply(_db, changes) {
        const unread: string[] = [];
        for (const { id, row } of changes) {
          const parsed = cloudEmployee.safeParse(row);
          if (row === null) calls.cloud.removeEmployee(id);
          else if (!parsed.success) unread.push(id);
          else {
            calls.cloud.putEmployee(parsed.data);
            if (id === me.id) me.changed(parsed.data);
          }
        }
        return unread;
      },
      applied() {
        calls.cloud.touch();
        // Theirs may be another role now.
        exports.exports.look();
      },
      known: (_db, after, limit) => calls.cloud.knownEmployees(after, limit),
    },
    // Whether a recording has reached the cloud is told by the upload itself, and far desks learn of it from the call's row: what is
    // told here is that it is there no longer.
    recording: recordings.applier,
    listing: numberLists.applier,
    'call-rules': callRules.applier,
    'outcome-set': outcomes.outcomes.applier,
    script: outcomes.scripts.applier,
    'sip-account': sip.applier,
    'capability-number': capabilityNumbers.applier,
    opener: openers.applier,
    snippet: snippets.snippets.applier,
    callee: calleeApplier,
    'pool-rules': leads.service.poolRules,
    // It comes with the sign-in too; this is the news of it.
    company: {
      apply(_db, changes) {
        const unread: string[] = [];
        for (const { id, row } of changes) {
          const parsed = cloudCompany.safeParse(row);
          if (parsed.success) {
            exports.exports.take(parsed.data);
            companyChanged(parsed.data);
          } else if (row !== null) unread.push(id);
        }
        return unread;
      },
      applied: () => exports.exports.look(),
    },
  };
}
