/** 公海规则: how many leads people may claim and keep, and when leads are taken back; of a company and of its departments. */
export {
  poolRulesById,
  poolRulesFor,
  removedPoolRules,
  rulesByDepartment,
  type RulesByDepartment,
} from './repository.ts';
export { registerPoolRules } from './routes.ts';
