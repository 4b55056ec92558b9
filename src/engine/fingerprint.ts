import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { SeedFingerprint } from './result.ts';

const HEX_DIGITS = 12;

/** Little-endian bytes, so that fingerprints agree between machines. */
function littleEndianBytes(values: Float32Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(values.byteLength);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    if (values instanceof Int32Array) view.setInt32(4 * index, value, true);
    else view.setFloat32(4 * index, value, true);
  });
  return bytes;
}

/**
 * What runs of one seed share: a hash of the initial parameters and of the order of batches over `steps` steps.
 * Two runs with the same fingerprint started at the same point and saw the same examples in the same order.
 */
export function seedFingerprint(
  seed: number,
  initial: readonly Float32Array[],
  steps: number,
  batchOf: (step: number) => Int32Array,
): SeedFingerprint {
  const hash = sha256.create();
  for (const tensor of initial) hash.update(littleEndianBytes(tensor));
  for (let step = 0; step < steps; step++) hash.update(littleEndianBytes(batchOf(step)));
  return { seed, hash: bytesToHex(hash.digest()).slice(0, HEX_DIGITS) };
}
