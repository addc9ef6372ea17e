/** 话后结果 of the company: what they are called, and which may be chosen. */
export { useOutcomes, type Outcomes } from './use-outcomes.ts';
