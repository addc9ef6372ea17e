export { useSettings } from './store.ts';
export { default as SettingsPage } from './components/SettingsPage.vue';
export { default as ChoiceBar } from './components/ChoiceBar.vue';
export { default as SettingRow } from './components/SettingRow.vue';
export { default as SettingsSection } from './components/SettingsSection.vue';
export { default as AppearanceSettings } from './components/AppearanceSettings.vue';
export { default as CallingSettings } from './components/CallingSettings.vue';
export { default as AboutPage } from './components/AboutPage.vue';
