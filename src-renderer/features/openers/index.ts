/** Public face of the feature: 设置 → 开场白. */
export { default as OpenersPage } from './OpenersPage.vue';
/** For openers of the company, which are administered elsewhere. */
export { checkFile, nameFromFile } from './logic/upload.ts';
export { default as SoundPicker } from './SoundPicker.vue';
export { useClipPlayer } from './use-clip-player.ts';
export { useCompanySoundUpload } from './use-opener-upload.ts';
