/** The reason in a system error, without its code, the name of the call and the path. */
export const systemReason = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/^[A-Z0-9_]+: ([^,]+), .*$/s, '$1')
}
