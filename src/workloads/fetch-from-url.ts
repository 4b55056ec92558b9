import { DataMissingError } from './data-errors.ts';
import type { FetchFile } from './definition.ts';
import { isIntact } from './verify.ts';

const CACHE_NAME = 'freestep-data';

/** The browser's cache, or null where it is missing (plain HTTP), blocked or full: caching is a convenience, never a condition. */
async function openCache(): Promise<Cache | null> {
  try {
    return await globalThis.caches.open(CACHE_NAME);
  } catch {
    return null;
  }
}

/** Reads a response's body, reporting bytes as they arrive. */
async function readBody(response: Response, totalBytes: number, onProgress?: (done: number, total: number) => void): Promise<ArrayBuffer> {
  if (!response.body) return response.arrayBuffer();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let doneBytes = 0;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    chunks.push(part.value);
    doneBytes += part.value.byteLength;
    onProgress?.(doneBytes, Math.max(totalBytes, doneBytes));
  }
  return new Blob(chunks).arrayBuffer();
}

/**
 * Fetches data files over HTTP.
 *
 * Files whose checksum is expected are kept in the browser's cache under that checksum once verified, so that a new version of a file is
 * never mistaken for the old one and a damaged copy is fetched again.
 *
 * @param dataUrl absolute URL of the published `data/` folder, ending in a slash
 */
export function fetchFromUrl(dataUrl: string): FetchFile {
  return async (path, onProgress, expected) => {
    const cache = expected ? await openCache() : null;
    const key = expected ? new URL(`sha256/${expected.sha256}`, dataUrl).href : '';
    if (cache && expected) {
      const kept = await cache.match(key).catch(() => undefined);
      const bytes = await kept?.arrayBuffer();
      if (bytes && isIntact(bytes, expected)) {
        onProgress?.(bytes.byteLength, bytes.byteLength);
        return bytes;
      }
    }

    let response: Response;
    let bytes: ArrayBuffer;
    try {
      response = await fetch(new URL(path, dataUrl));
      // Servers for single-page sites answer with their page where there is no such file.
      const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
      if (!response.ok || isPage) throw new DataMissingError(path, response.ok ? 404 : response.status);
      bytes = await readBody(response, expected?.bytes ?? Number(response.headers.get('content-length') ?? 0), onProgress);
    } catch (error) {
      throw error instanceof DataMissingError ? error : new DataMissingError(path, null, { cause: error });
    }
    if (cache && expected && isIntact(bytes, expected)) await cache.put(key, new Response(bytes)).catch(() => undefined);
    return bytes;
  };
}
