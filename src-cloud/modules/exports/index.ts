/** Tells the audit log what desks have exported. */
export { exportAdd } from './export-add.ts';
