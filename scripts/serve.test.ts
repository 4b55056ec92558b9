import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from './serve.mjs';

/** A request with the path exactly as written; fetch would resolve `..` before sending. */
function get(
  url: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; type: string; location: string; etag: string; body: string; headers: IncomingHttpHeaders }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          location: response.headers.location ?? '',
          etag: response.headers.etag ?? '',
          headers: response.headers,
          body,
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('the local server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freestep-serve-'));
  let site: { url: string; close: () => Promise<void> };
  beforeAll(async () => {
    mkdirSync(join(folder, 'dist/lesson'), { recursive: true });
    mkdirSync(join(folder, 'dist-other'));
    writeFileSync(join(folder, 'dist/index.html'), '<p>page</p>');
    writeFileSync(join(folder, 'dist/lesson/index.html'), '<p>lesson</p>');
    writeFileSync(join(folder, 'dist/a.wasm'), 'wasm');
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    writeFileSync(join(folder, 'dist-other/x.txt'), 'secret');
    site = await serve(join(folder, 'dist'));
  });
  afterAll(async () => {
    await site.close();
    rmSync(folder, { recursive: true });
  });

  test('listens on 127.0.0.1 only', () => {
    expect(new URL(site.url).hostname).toBe('127.0.0.1');
  });

  test('gives files their types, and folders their index', async () => {
    expect(await get(site.url, '/')).toMatchObject({ status: 200, type: 'text/html; charset=utf-8', body: '<p>page</p>' });
    expect(await get(site.url, '/a.wasm?v=1')).toMatchObject({ status: 200, type: 'application/wasm' });
    expect(await get(site.url, '/lesson')).toMatchObject({ status: 301, location: '/lesson/' });
    expect(await get(site.url, '/lesson/')).toMatchObject({ status: 200, body: '<p>lesson</p>' });
    expect((await get(site.url, '/missing.js')).status).toBe(404);
  });

  test('isolates the page, so that its workers may share memory, and lets other pages read its files', async () => {
    for (const path of ['/', '/a.wasm', '/missing.js']) {
      expect((await get(site.url, path)).headers, path).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'cross-origin',
        'access-control-allow-origin': '*',
      });
    }
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/../dist-other/x.txt',
    '/%2e%2e%2fdist-other/x.txt',
    '/a.wasm%00',
    '/%',
  ])('keeps %s inside the folder', async (path) => {
    const { status, body } = await get(site.url, path);
    expect(body).not.toContain('secret');
    expect(status).toBe(404);
  });

  test('answers an unchanged file with 304', async () => {
    const { etag } = await get(site.url, '/');
    expect((await get(site.url, '/', { 'If-None-Match': etag })).status).toBe(304);
    expect((await get(site.url, '/', { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  test('takes another port only if it is allowed to', async () => {
    const port = Number(new URL(site.url).port);
    await expect(serve(folder, { port })).rejects.toThrow('EADDRINUSE');
    const other = await serve(folder, { port, fallback: true });
    expect(Number(new URL(other.url).port)).not.toBe(port);
    await other.close();
  });
});
