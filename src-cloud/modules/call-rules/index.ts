/** 通话规则: when and how often desks may dial, whether calls are recorded, 人机互动; of a company and of its departments. */
export { callRulesById, removedCallRules } from './repository.ts';
export { registerCallRules } from './routes.ts';
