/** 通话话术 beside the dock. */
export { default as ScriptPanel } from './ScriptPanel.vue';
export { default as ScriptText } from './ScriptText.vue';
export { useScripts } from './script-store.ts';
