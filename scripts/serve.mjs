#!/usr/bin/env node
/** A small static server for the build. `node scripts/serve.mjs [folder] [--port 4173]` */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve as resolvePath, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CONTENT_SECURITY_POLICY } from './content-security-policy.mjs';
import { root } from './install.mjs';
import { ISOLATION_HEADERS } from './isolation.mjs';

export const DEFAULT_PORT = 4173;

const TYPES = {
  '.bin': 'application/octet-stream',
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/**
 * The same headers for everything. Files may be read from any origin, so that a page elsewhere can replay a recording of this build.
 * The page is isolated from other origins, which is what browsers ask for before they share memory between threads. A host that cannot
 * send these two headers serves the same page with one thread, and its races have the same bits.
 */
const HEADERS = {
  ...ISOLATION_HEADERS,
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Access-Control-Allow-Origin': '*',
};

/** The file a request path means, or null if there is none inside the folder. */
function fileOf(folder, url) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return null;
  }
  const file = normalize(join(folder, path));
  if ((file !== folder && !file.startsWith(folder + sep)) || file.includes('\0') || !existsSync(file)) return null;
  if (!statSync(file).isDirectory()) return file;
  const index = join(file, 'index.html');
  return existsSync(index) ? index : null;
}

function answer(folder, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return response.writeHead(405, { Allow: 'GET, HEAD' }).end();
  const file = fileOf(folder, request.url ?? '/');
  if (!file) return response.writeHead(404, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end('Not found\n');
  // Relative links of a page in a folder need the closing slash.
  const { pathname, search } = new URL(request.url, 'http://localhost');
  if (file.endsWith('index.html') && !pathname.endsWith('/') && !pathname.endsWith('index.html')) {
    return response.writeHead(301, { ...HEADERS, Location: `${pathname}/${search}` }).end();
  }
  const { size, mtimeMs } = statSync(file);
  const etag = `"${size.toString(16)}-${Math.round(mtimeMs).toString(16)}"`;
  // File names under assets/ carry a hash of their content.
  const isImmutable = file.startsWith(join(folder, 'assets') + sep);
  const headers = {
    ...HEADERS,
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Cache-Control': isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: etag,
  };
  if (request.headers['if-none-match'] === etag) return response.writeHead(304, headers).end();
  response.writeHead(200, { ...headers, 'Content-Length': size });
  if (request.method === 'HEAD') return response.end();
  return createReadStream(file).pipe(response);
}

/**
 * Serves a folder on 127.0.0.1. Port 0 takes any free one; a taken port is an error unless `fallback` allows any other.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export function serve(folder, { port = 0, fallback = false } = {}) {
  const server = createServer((request, response) => answer(resolvePath(folder), request, response));
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      if (error.code === 'EADDRINUSE' && fallback) server.listen(0, '127.0.0.1');
      else reject(error);
    });
    server.once('listening', () => {
      const close = () =>
        new Promise((done) => {
          server.close(() => done());
          server.closeAllConnections();
        });
      resolve({ url: `http://127.0.0.1:${server.address().port}/`, close });
    });
    server.listen(port, '127.0.0.1');
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const args = process.argv.slice(2);
  const at = args.indexOf('--port');
  const port = at >= 0 ? Number(args.splice(at, 2)[1]) : DEFAULT_PORT;
  const folder = join(root, args[0] ?? 'dist');
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('--port takes a number from 0 to 65535.');
  if (!existsSync(folder)) throw new Error(`${folder} does not exist. Build it first: npm run build`);
  const { url } = await serve(folder, { port, fallback: at < 0 });
  console.log(url);
}
