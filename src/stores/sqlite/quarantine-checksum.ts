import { checksumOfBytes } from '../kit/record-checksum.js'
import { bytesOf, type Blob } from './blob.js'

/** The values of a quarantined delivery that its checksum covers. */
export interface ChecksummedDelivery {
  readonly key: Blob
  /** Decimal digits of epoch milliseconds. */
  readonly received: string
  readonly about: Blob
  readonly body: Blob
}

const SEPARATOR = Buffer.of(0)

/** The checksum of a quarantined delivery. */
export const quarantineChecksumOf = ({ key, received, about, body }: ChecksummedDelivery): number =>
  [bytesOf(key), Buffer.from(received), bytesOf(about), bytesOf(body)].reduce(
    (checksum, part) => checksumOfBytes(SEPARATOR, checksumOfBytes(part, checksum)),
    0,
  )
