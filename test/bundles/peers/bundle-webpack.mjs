// Bundles a module for Node with webpack: node bundle-webpack.mjs ENTRY FOLDER. FOLDER/bundle.mjs is a module, and
// FOLDER/bundle.cjs is CommonJS, as webpack writes it unless told otherwise. Warnings fail too.
import webpack from 'webpack'

const [entry, path] = process.argv.slice(2)
const shared = {
  ...{ mode: 'production', target: 'node20', entry, cache: false },
  // It takes half of the time.
  optimization: { minimize: false },
}
const compiler = webpack([
  {
    ...{ ...shared, experiments: { outputModule: true } },
    output: { path, filename: 'bundle.mjs', module: true },
  },
  { ...shared, output: { path, filename: 'bundle.cjs' } },
])
compiler.run((failure, stats) => {
  console.log(failure ?? stats.toString({ preset: 'errors-warnings' }))
  process.exitCode = failure || stats.hasErrors() || stats.hasWarnings() ? 1 : 0
})
