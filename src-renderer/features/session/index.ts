export { useSession } from './store.ts';
export { default as FirstRunScreen } from './components/FirstRunScreen.vue';
export { default as SignInScreen } from './components/SignInScreen.vue';
export { default as AgentStateMenu } from './components/AgentStateMenu.vue';
export { default as SyncMenu } from './components/SyncMenu.vue';
export { default as AccountPage } from './components/AccountPage.vue';
export { default as SignInAgain } from './components/SignInAgain.vue';
export { default as UserMenu } from './components/UserMenu.vue';
