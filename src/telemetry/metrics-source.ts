/** What serves metrics to Prometheus. A `Registry` of prom-client is one too. */
export interface MetricsSource {
  /** The text of all metrics, as they are now. */
  readonly metrics: () => Promise<string>
  /** The content type of that text. */
  readonly contentType: string
}
