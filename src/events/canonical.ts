import * as t from 'io-ts'

/** A codec that can tell, without copying anything, what needs no decoding. */
export interface CanonicalCodec<A> extends t.Type<A, unknown> {
  /** True for a value that decoding would give back as it is, and encoding too. */
  readonly isCanonical: (value: unknown) => value is A
}

/** How to tell it for any codec: where encoding changes nothing, what is right is canonical. */
export const canonicalOf = <A>(
  codec: t.Type<A, unknown> | CanonicalCodec<A>,
): ((value: unknown) => boolean) => {
  if ('isCanonical' in codec) return codec.isCanonical
  return codec.encode === t.identity ? codec.is : () => false
}
