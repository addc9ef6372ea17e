/** Public face of the feature: 线索库, and in the title bar what others gave or took. */
export { default as HandedMenu } from './HandedMenu.vue';
export { default as LeadsPage } from './LeadsPage.vue';
