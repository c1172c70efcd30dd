import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { MOST_ISSUES, NO_PATH, stepInto, WRONG } from './path.js'

/** A codec for an array of items. Unlike the one of io-ts, it stops after {@link MOST_ISSUES} errors. */
export const arrayOf = <A>(
  name: string,
  item: t.Type<A, unknown>,
): t.Type<ReadonlyArray<A>, unknown> =>
  new t.Type(
    name,
    (value): value is ReadonlyArray<A> => Array.isArray(value) && value.every(item.is),
    (value, context) => {
      if (!Array.isArray(value)) return t.failure(value, context)
      const output: A[] = []
      const errors: t.ValidationError[] = []
      // An iterator visits the holes of a sparse array too.
      for (const [index, element] of (value as ReadonlyArray<unknown>).entries()) {
        const result = item.validate(element, stepInto(context, String(index), item))
        if (E.isRight(result)) output.push(result.right)
        else if (context === NO_PATH) return WRONG
        else errors.push(...result.left)
        if (errors.length >= MOST_ISSUES) break
      }
      return errors.length > 0 ? t.failures(errors) : t.success(output)
    },
    (items) => items.map(item.encode),
  )
