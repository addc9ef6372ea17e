/** Public face of the feature: 导入线索. */
export { default as LeadImport } from './LeadImport.vue';
export { default as ImportButton } from './ImportButton.vue';
