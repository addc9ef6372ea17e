/** The public face of the cloud contract. */
export * from './kit.ts';
export * from './change.ts';
export * from './rows.ts';
export * from './ops.ts';
export * from './channel-routes.ts';
export * from './company-routes.ts';
export * from './export-routes.ts';
export * from './number-check-routes.ts';
export * from './number-routes.ts';
export * from './offline-routes.ts';
export * from './opener-routes.ts';
export * from './outcome-routes.ts';
export * from './quota-routes.ts';
export * from './snippet-routes.ts';
export * from './routes.ts';
export { contractHistory } from './history.ts';
