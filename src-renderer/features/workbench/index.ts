/** Public face of the feature: 工作台. */
export { default as WorkbenchPage } from './WorkbenchPage.vue';
