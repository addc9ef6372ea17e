/** 下次跟进: planning it, and being told when its time has come; and what others gave to a person or took from them. */
export { default as CallPlan } from './CallPlan.vue';
export { default as DueMenu } from './DueMenu.vue';
export { default as DueRows } from './DueRows.vue';
export { default as FollowUpPlan } from './FollowUpPlan.vue';
export { default as RefusalPlan } from './RefusalPlan.vue';
export { default as StageChoice } from './StageChoice.vue';
export { default as HandedMenu } from './HandedMenu.vue';
export { default as PlannedTime } from './PlannedTime.vue';
