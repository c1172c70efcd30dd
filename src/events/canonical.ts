import * as t from 'io-ts'

/** A codec that recognises, without copying anything, a value that needs no decoding. */
export interface CanonicalCodec<A> extends t.Type<A, unknown> {
  /** True for a value that both decoding and encoding would return unchanged. */
  readonly isCanonical: (value: unknown) => value is A
}

/** `isCanonical` for any codec: if encoding changes nothing, every valid value is canonical. */
export const canonicalOf = <A>(
  codec: t.Type<A, unknown> | CanonicalCodec<A>,
): ((value: unknown) => boolean) => {
  if ('isCanonical' in codec) return codec.isCanonical
  return codec.encode === t.identity ? codec.is : () => false
}
