import { cloudCall, cloudEmployee, type CloudEmployee } from '#shared/cloud-contract/contract.ts';
import type { CallsFeature } from './features/calls/index.ts';
import type { LeadsFeature } from './features/leads/index.ts';
import type { RecordingsFeature } from './features/recordings/index.ts';
import type { ChangeApplier } from './sync/index.ts';

interface Parts {
  /** Who is signed in, as the cloud has them now. */
  readonly me: { readonly id: string; readonly changed: (employee: CloudEmployee) => void };
  readonly calls: CallsFeature;
  readonly leads: LeadsFeature;
  readonly recordings: RecordingsFeature;
}

/** Who takes over which rows of the cloud. */
export function createAppliers({ me, calls, leads, recordings }: Parts): { [type: string]: ChangeApplier } {
  return {
    lead: {
      apply: (db, changes) => leads.service.applyFromCloud(db, changes),
      applied: () => leads.service.touched(),
      known: (db, after, limit) => leads.service.known(db, after, limit),
    },
    note: {
      apply: (db, changes) => leads.service.applyNotesFromCloud(db, changes),
      applied: () => leads.service.touched(),
      known: (db, after, limit) => leads.service.knownNotes(db, after, limit),
    },
    call: {
      apply(db, changes) {
        const unread: string[] = [];
        for (const { id, row } of changes) {
          const parsed = cloudCall.safeParse(row);
          if (row === null) calls.cloud.remove(id);
          else if (!parsed.success) unread.push(id);
          else {
            calls.cloud.upsert(parsed.data);
            const { recording, answeredAt, startedAt } = parsed.data;
            if (recording) recordings.library.takeFromCloud(db, id, answeredAt ?? startedAt, recording);
          }
        }
        return unread;
      },
      applied: () => calls.cloud.touch(),
      known: (_db, after, limit) => calls.cloud.known(after, limit),
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
      applied: () => calls.cloud.touch(),
      known: (_db, after, limit) => calls.cloud.knownEmployees(after, limit),
    },
    // Whether a recording has reached the cloud is told by the upload itself, and far desks learn of it from the call's row.
    recording: {
      apply: () => [],
      own: (_db, after, limit) => recordings.library.uploadedFromHere(after, limit),
      sendAgain: (db, ids) => recordings.library.uploadAgain(db, ids),
    },
    // The company's name comes with the sign-in.
    company: { apply: () => [] },
  };
}
