export { loadNumberHeads } from './load.ts';
export { registerNumberHeads } from './routes.ts';
