/** Leads of a company, whose they are, and their notes. They come by `sync` and leave by `changes`. */
export { isTold, tellOfCall } from './called.ts';
export { deletedLeads, notesOfTheDeleted } from './graves.ts';
export { leadImport } from './imports.ts';
export { notesById } from './notes.ts';
export { leadAssign, leadClaim, leadDelete, leadPatch, leadRelease, noteAdd } from './ops.ts';
export { recycleLeads } from './recycle.ts';
export { leadsById } from './repository.ts';
