/** Headers of a page that may share memory between its threads: nothing of another origin is in it without that origin's consent. */
export const ISOLATION_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
