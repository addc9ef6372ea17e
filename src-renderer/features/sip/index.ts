export { accountOf, errorsOf, fieldsOf, isOfField } from './account-form.ts';
export { default as SipAccountFields } from './components/SipAccountFields.vue';
export { default as SipChip } from './components/SipChip.vue';
export { default as SipSettings } from './components/SipSettings.vue';
export { useSipLine } from './use-sip-line.ts';
export { useLineWords, type LineInWords } from './line-words.ts';
export { useCallLine } from './use-call-line.ts';
