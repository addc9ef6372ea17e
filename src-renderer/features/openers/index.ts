/** Public face of the feature: 设置 → 开场白. */
export { default as OpenersPage } from './OpenersPage.vue';
