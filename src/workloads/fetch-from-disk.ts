// biome-ignore lint/correctness/noNodejsModules: for the command line and tests; the page fetches by URL (fetch-from-url.ts)
import { readFile } from 'node:fs/promises';
// biome-ignore lint/correctness/noNodejsModules: for the command line and tests; the page fetches by URL (fetch-from-url.ts)
import { join } from 'node:path';
import { DataMissingError } from './data-errors.ts';
import type { FetchFile } from './definition.ts';

/** Reads data files from a folder on disk (Node only). @param root the public/data folder */
export function fetchFromDisk(root: string): FetchFile {
  return async (path, onProgress) => {
    try {
      const buffer = await readFile(join(root, path));
      onProgress?.(buffer.byteLength, buffer.byteLength);
      // A copy of its own: Node's small buffers share one pool.
      return Uint8Array.from(buffer).buffer;
    } catch (error) {
      throw new DataMissingError(path, null, { cause: error });
    }
  };
}
