import js from '@eslint/js'
import tseslint from 'typescript-eslint'
import { plainEnglish } from './scripts/words/eslint-plain-english.mjs'

const ASSEMBLY_SCRIPT = 'src/replay/wasm/assembly/**'

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.doc-examples/', '.bench/'] },
  js.configs.recommended,
  {
    // The list itself contains the phrases.
    ignores: ['scripts/words/phrases.mjs'],
    plugins: { local: { rules: { 'plain-english': plainEnglish } } },
    rules: { 'local/plain-english': 'error' },
  },
  {
    files: ['**/*.ts'],
    ignores: [ASSEMBLY_SCRIPT],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/array-type': ['error', { default: 'array-simple', readonly: 'generic' }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      'max-lines': ['error', 300],
    },
  },
  {
    // The engine is AssemblyScript, which has other types than TypeScript: its compiler checks them.
    files: [ASSEMBLY_SCRIPT],
    extends: [tseslint.configs.recommended],
    // Its literals of 64 bits are exact.
    rules: { 'max-lines': ['error', 300], 'no-loss-of-precision': 'off' },
  },
  {
    // Only the command line uses the process that it runs in.
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: { 'no-restricted-globals': ['error', 'process', 'console'] },
  },
  {
    // These layers are pure: they read no clock and no random number.
    files: ['src/events/**/*.ts', 'src/domain/**/*.ts', 'src/projections/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'console', 'Date', 'performance', 'setTimeout'],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        performance: 'readonly',
      },
    },
  },
)
