// Bundles the page of the inspector (src/inspect/page) into dist/inspect: inspector.js and inspector.css. The licences of the
// packages in it lie beside them.
import { writeFileSync } from 'node:fs'
import { build } from 'esbuild'
import { licencesOf } from './licences.mjs'

const { metafile } = await build({
  ...{
    entryPoints: { inspector: 'src/inspect/page/main.tsx', style: 'src/inspect/page/style.css' },
  },
  ...{ outdir: 'dist/inspect', entryNames: '[name]', metafile: true, bundle: true, minify: true },
  // One script without imports: a file can contain it, and `type="module"` is not needed.
  ...{ format: 'iife', platform: 'browser', target: ['es2022'], charset: 'utf8' },
  ...{ jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none', logLevel: 'warning' },
})
writeFileSync('dist/inspect/licenses.txt', licencesOf(metafile))
