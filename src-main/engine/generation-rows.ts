import { keptCalls, removeFromCloud, upsertFromCloud } from './features/calls/index.ts';
import { keptLeads, keptNotes, takeLeads, takeNotes } from './features/leads/index.ts';
import { keptRecordings, removeRecordingFromCloud, takeRecordingFromCloud } from './features/recordings/index.ts';
import type { GenerationRows } from './sync/generation-writer.ts';
import { takeCalls } from './take-calls.ts';

/**
 * What is read anew as a whole, and swaps: what there is much of. Other kinds of rows are handed to their appliers on the
 * loop behind the swap. What this desk made itself is in the next generation from its beginning.
 */
export const generationRows: GenerationRows = {
  tables: [
    { name: 'lead', own: null },
    { name: 'lead_contact', own: null },
    { name: 'note', own: null },
    { name: 'call', own: 'own.made_here = 1', unique: ['id'] },
    {
      name: 'recording',
      own: 'EXISTS (SELECT 1 FROM call AS home WHERE home.id = own.call_id AND home.made_here = 1)',
      unique: ['id', 'call_id'],
    },
    { name: 'deferred_change', own: null },
  ],
  writers: {
    lead: takeLeads,
    note: takeNotes,
    call: (db, changes) =>
      takeCalls(db, changes, {
        upsert: upsertFromCloud,
        remove: (tx, id) => {
          removeFromCloud(tx, id);
          removeRecordingFromCloud(tx, id);
        },
        takeRecording: takeRecordingFromCloud,
      }),
  },
  keep: { lead: keptLeads, note: keptNotes, call: keptCalls, recording: keptRecordings },
  watched: new Set(['call', 'recording']),
};
