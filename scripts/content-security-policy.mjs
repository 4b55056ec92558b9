/**
 * What the built page may do. It stands in a meta tag of every page of the build, so that it holds on any host;
 * the local server sends it as a header too, which also covers the worker.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  // Training steps are compiled to WebAssembly; no inline or evaluated script anywhere.
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  // The charts position their text with style attributes.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  // A link may name a recording on another host; it is read as data and checked against its schema.
  "connect-src 'self' https: http:",
  "frame-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
