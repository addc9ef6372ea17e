/** Backup and restore of a whole cloud: its rows, by our own code on any PostgreSQL, and its recordings. */
export { writeBackup } from './backup.ts';
export { restoreBackup } from './restore.ts';
