/** Public face of the feature: 号码检测. */
export { default as CheckButton } from './CheckButton.vue';
export { default as CheckDetail } from './CheckDetail.vue';
export { default as CheckTag } from './CheckTag.vue';
export { default as NumberCheck } from './NumberCheck.vue';
