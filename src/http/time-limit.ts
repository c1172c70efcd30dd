/** The result of some work, or another one if the work takes too long. The work itself goes on. */
export const withinTime = async <A>(
  work: Promise<A>,
  milliseconds: number,
  lateResult: () => A,
): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<A>((resolve) => {
    timer = setTimeout(() => {
      resolve(lateResult())
    }, milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
