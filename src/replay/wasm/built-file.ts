/**
 * A file that the build puts beside this one. Code that runs from its sources, as tests do, finds those
 * of the last build.
 */
export const builtFile = (name: string): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL(`../../../dist/replay/wasm/${name}`, import.meta.url)
    : new URL(name, import.meta.url)
