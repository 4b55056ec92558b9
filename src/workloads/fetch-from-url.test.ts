import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DataMissingError } from './data-errors.ts';
import type { DataFile } from './definition.ts';
import { fetchFromUrl } from './fetch-from-url.ts';
import { checksum } from './verify.ts';

const DATA_URL = 'http://localhost:4173/lab/data/';
const content = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
const file: DataFile = { path: 'set/x.u8', bytes: content.length, sha256: checksum(content.buffer) };

/** The part of the Cache API that is used, over a map. */
function fakeCaches() {
  const stored = new Map<string, Uint8Array<ArrayBuffer>>();
  return {
    stored,
    open: async () => ({
      match: async (key: string) => (stored.has(key) ? new Response(stored.get(key) as Uint8Array<ArrayBuffer>) : undefined),
      put: async (key: string, response: Response) => void stored.set(key, new Uint8Array(await response.arrayBuffer())),
    }),
  };
}

let requests: string[] = [];
const serve = (answer: () => Response) =>
  vi.stubGlobal('fetch', async (url: URL) => {
    requests.push(url.href);
    return answer();
  });
const inChunks = (bytes: Uint8Array<ArrayBuffer>, size: number) =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });

beforeEach(() => {
  requests = [];
});
afterEach(() => vi.unstubAllGlobals());

describe('fetchFromUrl', () => {
  test('reads below the data folder and reports bytes as they arrive', async () => {
    serve(() => new Response(inChunks(content, 300)));
    const seen: [number, number][] = [];
    const bytes = await fetchFromUrl(DATA_URL)(file.path, (done, total) => seen.push([done, total]), file);
    expect(new Uint8Array(bytes)).toEqual(content);
    expect(requests).toEqual(['http://localhost:4173/lab/data/set/x.u8']);
    expect(seen).toEqual([300, 600, 900, 1000].map((done) => [done, 1000]));
  });

  test('fetches a verified file once', async () => {
    const caches = fakeCaches();
    vi.stubGlobal('caches', caches);
    serve(() => new Response(content));
    const fetchFile = fetchFromUrl(DATA_URL);
    await fetchFile(file.path, undefined, file);
    const seen: [number, number][] = [];
    expect(new Uint8Array(await fetchFile(file.path, (done, total) => seen.push([done, total]), file))).toEqual(content);
    expect(requests.length).toBe(1);
    expect(seen).toEqual([[1000, 1000]]);
    expect([...caches.stored.keys()]).toEqual([`${DATA_URL}sha256/${file.sha256}`]);
  });

  test('fetches again when the kept copy is damaged', async () => {
    const caches = fakeCaches();
    vi.stubGlobal('caches', caches);
    serve(() => new Response(content));
    caches.stored.set(
      `${DATA_URL}sha256/${file.sha256}`,
      content.map((byte) => byte ^ 1),
    );
    expect(new Uint8Array(await fetchFromUrl(DATA_URL)(file.path, undefined, file))).toEqual(content);
    expect(requests.length).toBe(1);
    expect(caches.stored.get(`${DATA_URL}sha256/${file.sha256}`)).toEqual(content);
  });

  test('does not keep what is not the expected file', async () => {
    const caches = fakeCaches();
    vi.stubGlobal('caches', caches);
    serve(() => new Response(content.slice(1)));
    await fetchFromUrl(DATA_URL)(file.path, undefined, file);
    expect(caches.stored.size).toBe(0);
  });

  test.each([
    ['missing', undefined],
    ['blocked', { open: () => Promise.reject(new DOMException('denied', 'SecurityError')) }],
    [
      'full',
      { open: async () => ({ match: async () => undefined, put: () => Promise.reject(new DOMException('full', 'QuotaExceededError')) }) },
    ],
  ])('works where the cache is %s', async (_, caches) => {
    vi.stubGlobal('caches', caches);
    serve(() => new Response(content));
    expect(new Uint8Array(await fetchFromUrl(DATA_URL)(file.path, undefined, file))).toEqual(content);
  });

  test('a status other than success is a missing file with that status', async () => {
    serve(() => new Response('gone', { status: 410 }));
    await expect(fetchFromUrl(DATA_URL)(file.path)).rejects.toMatchObject({ name: 'DataMissingError', path: file.path, status: 410 });
  });

  test('a page in place of the file is a missing file', async () => {
    serve(() => new Response('<!doctype html>', { headers: { 'content-type': 'text/html; charset=utf-8' } }));
    await expect(fetchFromUrl(DATA_URL)(file.path)).rejects.toMatchObject({ name: 'DataMissingError', status: 404 });
  });

  test('no connection is a missing file without a status, and keeps the cause', async () => {
    const cause = new TypeError('Failed to fetch');
    vi.stubGlobal('fetch', () => Promise.reject(cause));
    const error = await fetchFromUrl(DATA_URL)(file.path).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DataMissingError);
    expect(error).toMatchObject({ status: null, cause });
  });
});
