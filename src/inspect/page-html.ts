import { createHash } from 'node:crypto'
import type { Inspection } from './inspection.js'
import type { PageFiles } from './page-files.js'

/** An icon that needs no request. */
const ICON = '<link rel="icon" href="data:,">'

const page = (head: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>clientfold inspector</title>
${ICON}
${head}
</head>
<body>
<div id="root"></div>
${body}
</body>
</html>
`

/** The page of a server. It holds no data: its script requests them. */
export const servedPage = (): string =>
  page(
    '<link rel="stylesheet" href="inspect/style.css">',
    '<script src="inspect/inspector.js"></script>',
  )

/** What the page of a server may load: only what comes from its own server, and nothing inline. */
export const SERVED_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const hashOf = (text: string): string =>
  `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`

/**
 * A page that needs no server: script, style and data are in it. The policy allows this script and this style
 * by their hashes and nothing else, no request either. In the data every `<` is escaped, so that no text of a
 * payload ends the element in which it stands.
 */
export const filePage = (inspection: Inspection, { script, style }: PageFiles): string => {
  const policy = `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; img-src data:; base-uri 'none'; form-action 'none'`
  const data = JSON.stringify(inspection).replaceAll('<', '\\u003c')
  return page(
    `<meta http-equiv="Content-Security-Policy" content="${policy}">\n<style>${style}</style>`,
    `<script type="application/json" id="inspection">${data}</script>\n<script>${script}</script>`,
  )
}
