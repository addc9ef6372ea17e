/** 话后结果 of the company: what they are called, and which may be chosen. */
export { useOutcomes } from './use-outcomes.ts';
