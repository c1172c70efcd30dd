const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }

const ignore = (): void => undefined

/**
 * Gives what stands on pages one by one. An async generator would do the same, and spend as much time
 * on each as it takes to check an event.
 *
 * @param pages - are asked for one after the other, when the one before is used up
 * @param give - makes of a row what is given; what it throws ends the reading
 * @param isOver - asked before each row
 */
export const oneByOne = <Row, A>(
  pages: AsyncGenerator<ReadonlyArray<Row>, void>,
  give: (row: Row) => A,
  isOver: () => boolean,
): AsyncIterableIterator<A, undefined> => {
  let page: ReadonlyArray<Row> | undefined = []
  let place = 0
  let turning: Promise<void> | undefined

  const end = (): Promise<typeof DONE> => {
    page = undefined
    // Not waited for: it may be waiting itself.
    pages.return().catch(ignore)
    return Promise.resolve(DONE)
  }
  const turn = async (): Promise<void> => {
    try {
      const { value, done } = await pages.next()
      if (page !== undefined) page = done === true ? undefined : value
    } catch (error) {
      page = undefined
      throw error
    } finally {
      place = 0
      turning = undefined
    }
  }
  const next = (): Promise<IteratorResult<A, undefined>> => {
    if (page === undefined || isOver()) return end()
    // All who ask meanwhile wait for the same page, and come in their order.
    if (place === page.length) return (turning ??= turn()).then(next)
    try {
      return Promise.resolve({ done: false, value: give(page[place++] as Row) })
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
