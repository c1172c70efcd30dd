import js from '@eslint/js'
import tseslint from 'typescript-eslint'

/** The built-in types and functions of AssemblyScript that the engine uses. */
const assemblyScriptGlobals = Object.fromEntries(
  [
    ...['bool', 'u8', 'i32', 'u32', 'i64', 'u64', 'f64', 'usize', 'v128', 'i8x16'],
    ...['load', 'store', 'memory', 'atomic', 'sizeof'],
    ...['clz', 'ctz', 'min', 'max', 'assert', 'unreachable'],
  ].map((name) => [name, 'readonly']),
)

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'docs/reference/'] },
  js.configs.recommended,
  {
    // The engine is AssemblyScript, whose types its own compiler checks: only rules without types apply.
    files: ['src/replay/wasm/assembly/**/*.ts'],
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
    files: ['**/*.ts'],
    ignores: ['src/replay/wasm/assembly/**'],
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
