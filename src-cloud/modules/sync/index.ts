/** Takes what desks did, each operation once. */
export { registerSync } from './routes.ts';
