/** Public face of the feature: 快捷聊天, as a page and beside a customer; and the filling of blanks. */
export { fillSnippet, type SnippetNames } from './logic/fill.ts';
export { default as SnippetFiles } from './SnippetFiles.vue';
export { default as SnippetPanel } from './SnippetPanel.vue';
export { default as SnippetsPage } from './SnippetsPage.vue';
