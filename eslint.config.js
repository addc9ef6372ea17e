import tseslint from 'typescript-eslint';
import vue from 'eslint-plugin-vue';

/** Templates alone: everything that is a script has oxlint (.oxlintrc.json), in a hundredth of the time. */
export default [
  { ignores: ['dist/', 'out/', 'node_modules/', '**/*.{js,cjs,mjs,ts}'] },
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
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
];
