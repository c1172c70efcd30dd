import js from '@eslint/js'
import tseslint from 'typescript-eslint'
import { plainEnglish } from './scripts/words/eslint-plain-english.mjs'

const ASSEMBLY_SCRIPT = 'src/replay/wasm/assembly/**'

/** The built-in types and functions of AssemblyScript that the engine uses. */
const assemblyScriptGlobals = Object.fromEntries(
  [
    ...['bool', 'u8', 'i32', 'u32', 'i64', 'u64', 'f64', 'usize', 'v128', 'i8x16'],
    ...['load', 'store', 'memory', 'atomic', 'sizeof'],
    ...['clz', 'ctz', 'min', 'max', 'assert', 'unreachable'],
  ].map((name) => [name, 'readonly']),
)

export default tseslint.config(
  {
    ignores: [
      'dist/',
      'node_modules/',
      'docs/reference/',
      '.doc-examples/',
      '.bench*/',
      '.mutation/',
    ],
  },
  js.configs.recommended,
  {
    // The list itself contains the phrases.
    ignores: ['scripts/words/phrases.mjs'],
    plugins: { local: { rules: { 'plain-english': plainEnglish } } },
    rules: { 'local/plain-english': 'error' },
  },
  {
    // The engine is AssemblyScript, whose types its own compiler checks: only rules without types apply.
    files: [ASSEMBLY_SCRIPT],
    extends: [tseslint.configs.base],
    languageOptions: { globals: assemblyScriptGlobals },
    rules: {
      '@typescript-eslint/no-unused-vars': 'error',
      '@typescript-eslint/no-shadow': 'error',
      'no-unused-vars': 'off',
      'no-constant-condition': ['error', { checkLoops: 'allExceptWhileTrue' }],
      // Integers of 64 bits keep their precision.
      'no-loss-of-precision': 'off',
      'no-var': 'error',
      'prefer-const': 'error',
      'max-lines': ['error', 300],
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
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
    // Only the command line uses the process that it runs in.
    files: ['src/**/*.ts', 'src/**/*.tsx'],
    ignores: ['src/cli/**'],
    rules: { 'no-restricted-globals': ['error', 'process', 'console'] },
  },
  {
    // These layers are pure: they read no clock and no random number.
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
        AbortController: 'readonly',
        fetch: 'readonly',
        TextDecoderStream: 'readonly',
      },
    },
  },
)
