/** Bytes as a driver gives them: an ArrayBuffer from libsql, a Uint8Array from the others. */
export type Blob = Uint8Array | ArrayBuffer

/** The bytes, without a copy. */
export const bytesOf = (blob: Blob): Buffer =>
  blob instanceof ArrayBuffer
    ? Buffer.from(blob)
    : Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength)
