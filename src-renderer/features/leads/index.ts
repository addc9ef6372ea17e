/** Public face of the feature: 线索库. */
export { default as LeadsPage } from './LeadsPage.vue';
