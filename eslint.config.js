import js from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import vue from 'eslint-plugin-vue';

/** Names that would reach a global clock or random source: the product takes both by injection (base/clock.ts, base/ids.ts). */
const injected = [
  { object: 'Date', property: 'now', message: 'Take a Clock (src-shared/base/clock.ts).' },
  { object: 'Math', property: 'random', message: 'Take a random source by parameter.' },
];

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'no-undef': 'off', // the compiler knows better, per root
      // The compiler says it, and for nothing (noUnusedLocals, noUnusedParameters).
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // `null` as a schema's whole value and `{}` in mapped types are meant.
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      // The formatter decides the look of templates.
      'vue/html-self-closing': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-indent': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/require-default-prop': 'off',
      'vue/no-v-html': 'error',
      'vue/multi-word-component-names': 'off',
    },
  },
  {
    // Walks along typed arrays, a million places in a few ms: whether a place is within them is the loop's condition.
    files: ['src-main/engine/columns/*.ts', 'src-main/engine/search/*.ts', 'src-main/engine/features/leads/table/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['src-shared/**/*.ts', 'src-main/engine/**/*.ts', 'src-cloud/**/*.ts', 'src-simulator/**/*.ts'],
    // The places where the real clock and the real random source enter.
    ignores: ['**/*.test.ts', '**/testing/**', '**/node-clock.ts', '**/system.ts'],
    rules: { 'no-restricted-properties': ['error', ...injected] },
  },
  {
    // Programs that talk to a person on a terminal.
    files: [
      'tools/**',
      'bench/**',
      '**/main.ts',
      'src-cloud/main/**',
      'src-simulator/**/main.ts',
      'tests/support/screenshots.ts',
    ],
    rules: { 'no-console': 'off' },
  },
);
