export { default as StatisticsPage } from './StatisticsPage.vue';
