export { usePhone } from './store.ts';
export { default as SimStrip } from './components/SimStrip.vue';
export { default as PhonePage } from './components/PhonePage.vue';
export { default as PhoneSettings } from './components/PhoneSettings.vue';
