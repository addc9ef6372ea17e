/** Public face of the feature: 批量外呼. */
export { default as QueueCard } from './QueueCard.vue';
export { default as QueueDrawer } from './QueueDrawer.vue';
export { default as QueueFoot } from './QueueFoot.vue';
export { default as QueueLeads } from './QueueLeads.vue';
export { default as QueuePanel } from './QueuePanel.vue';
export { default as QueueSign } from './QueueSign.vue';
export { default as StartQueue } from './StartQueue.vue';
export { useQueue } from './queue-store.ts';
