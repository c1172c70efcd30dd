const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }

const ignoreError = (): void => undefined

/**
 * Gives the rows of pages one by one. An async generator would do the same, but for each row it would
 * need as much time as the decoding of an event.
 *
 * @param pages - the next page is requested when all rows of the one before were given
 * @param decode - makes the given value from a row, or `undefined` to leave the row out; an error that it
 *   throws ends the reading
 * @param isOver - called before each row; true ends the reading
 */
export const oneByOne = <Row, A>(
  pages: AsyncGenerator<ReadonlyArray<Row>, void>,
  decode: (row: Row) => A | undefined,
  isOver: () => boolean,
): AsyncIterableIterator<A, undefined> => {
  let page: ReadonlyArray<Row> | undefined = []
  let index = 0
  let pageRequest: Promise<void> | undefined

  const end = (): Promise<typeof DONE> => {
    page = undefined
    // Not awaited: the generator itself may be waiting.
    pages.return().catch(ignoreError)
    return Promise.resolve(DONE)
  }
  const requestPage = async (): Promise<void> => {
    try {
      const { value, done } = await pages.next()
      if (page !== undefined) page = done === true ? undefined : value
    } catch (error) {
      page = undefined
      throw error
    } finally {
      index = 0
      pageRequest = undefined
    }
  }
  const next = (): Promise<IteratorResult<A, undefined>> => {
    if (page === undefined || isOver()) return end()
    // Calls in the meantime wait for the same page, and are answered in their order.
    if (index === page.length) return (pageRequest ??= requestPage()).then(next)
    try {
      const value = decode(page[index++] as Row)
      return value === undefined ? next() : Promise.resolve({ done: false, value })
    } catch (error) {
      return end().then(() => {
        throw error
      })
    }
  }
  return {
    next,
    return: end,
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
