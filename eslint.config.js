import js from '@eslint/js'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  // The engine is AssemblyScript: its types are not TypeScript's. Its compiler checks it.
  { ignores: ['dist/', 'node_modules/', 'docs/reference/', 'src/replay/wasm/assembly/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
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
    // The command line is the only place for the process it runs in.
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**'],
    rules: { 'no-restricted-globals': ['error', 'process', 'console'] },
  },
  {
    // What happened means the same whenever it is asked: no clock, no chance.
    files: ['src/events/**/*.ts', 'src/domain/**/*.ts', 'src/projections/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'console', 'performance', 'setTimeout'],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random' },
        { object: 'Date', property: 'now' },
      ],
      // `Date` may read a text or a number, but not the clock.
      'no-restricted-syntax': [
        'error',
        'NewExpression[callee.name="Date"][arguments.length=0]',
        'CallExpression[callee.name="Date"]',
      ],
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
