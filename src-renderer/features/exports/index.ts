/** Public face of the feature: 导出. */
export { default as ExportButton } from './ExportButton.vue';
