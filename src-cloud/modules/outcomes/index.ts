/** 话后结果 of the company: one set, which is changed as a whole. */
export { outcomeSetById } from './repository.ts';
export { registerOutcomes } from './routes.ts';
