/** Calls as their desks recorded them. They come by `sync` and leave by `changes`; no route of their own. */
export { calleesById, forgetCallees, forgottenCallees } from './callees.ts';
export { callPut } from './ops.ts';
export { callOwner, callsById } from './repository.ts';
