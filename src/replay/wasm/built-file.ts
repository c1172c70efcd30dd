/**
 * A file that the build puts beside this module. When the module runs from its source, as in tests, it is
 * the file of the last build.
 */
export const builtFile = (name: string): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL(`../../../dist/replay/wasm/${name}`, import.meta.url)
    : new URL(name, import.meta.url)
