/** A package that receives telemetry is not installed. The message says which command installs it. */
export class TelemetryUnavailable extends Error {
  override readonly name = 'TelemetryUnavailable'
}

/**
 * Gives what an import of an optional package gives.
 *
 * @throws TelemetryUnavailable (as a rejection) if it is not installed.
 */
export const loadPackage = async <A>(name: string, loading: Promise<A>): Promise<A> =>
  loading.catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new TelemetryUnavailable(`${name} is not installed: run npm install ${name}`, { cause })
  })
