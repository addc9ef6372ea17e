import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as { version: string };

/**
 * The window. Its content policy allows scripts and styles from files only (no inline, no eval, no data: addresses), so
 * nothing may be inlined here; addresses are relative because the page lives under app:// and under a loopback port.
 */
export default defineConfig({
  root: fileURLToPath(new URL('./src-renderer', import.meta.url)),
  base: './',
  plugins: [vue()],
  define: {
    // vue-i18n: Composition API only, and no devtools hooks in the product.
    __VUE_I18N_LEGACY_API__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
    'import.meta.env.APP_VERSION': JSON.stringify(version),
  },
  build: {
    outDir: fileURLToPath(new URL('./dist/renderer', import.meta.url)),
    emptyOutDir: true,
    target: 'chrome120',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One sheet: which rule wins must not hang on which page was visited first.
    cssCodeSplit: false,
    sourcemap: true,
    manifest: true,
    // Modules run in the order of their imports across chunks too: app/no-eval.ts must be the first of all.
    rolldownOptions: { output: { strictExecutionOrder: true } },
    chunkSizeWarningLimit: 900,
  },
});
