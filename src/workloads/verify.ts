import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { DataChecksumError } from './data-errors.ts';
import type { DataFile, FetchFile } from './definition.ts';

/** SHA-256 in hexadecimal. Not `crypto.subtle`, which is missing on pages served by plain HTTP; at these sizes it takes milliseconds. */
export function checksum(bytes: ArrayBuffer): string {
  return bytesToHex(sha256(new Uint8Array(bytes)));
}

/** Whether the bytes are those that were committed. */
export function isIntact(bytes: ArrayBuffer, expected: DataFile): boolean {
  return bytes.byteLength === expected.bytes && checksum(bytes) === expected.sha256;
}

/** Fetches a file and verifies it. Throws `DataMissingError` (from the fetcher) or `DataChecksumError`. */
export async function fetchVerified(file: DataFile, fetchFile: FetchFile): Promise<ArrayBuffer> {
  const bytes = await fetchFile(file.path, undefined, file);
  if (bytes.byteLength !== file.bytes) throw new DataChecksumError(file.path, `${bytes.byteLength} bytes`, `${file.bytes} bytes`);
  const found = checksum(bytes);
  if (found !== file.sha256) throw new DataChecksumError(file.path, `SHA-256 ${found}`, file.sha256);
  return bytes;
}
