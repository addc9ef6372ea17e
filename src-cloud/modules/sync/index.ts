/** Takes what desks did, each operation once. It knows no table of others: each module hands over its operations. */
export { answersKeptMs, forgetAnswers, madeAt } from './answers.ts';
export { applied, rejected } from './ops.ts';
export type { OpContext, OpHandler, OpHandlers, OpOutcome } from './ops.ts';
export { registerSync } from './routes.ts';
