import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { ISOLATION_HEADERS } from './scripts/isolation.mjs';
import { contentSecurityPolicyMeta } from './scripts/vite/content-security-policy-meta.ts';
import { inlineNoFonts, katexFonts } from './scripts/vite/katex-fonts.ts';
import { thirdPartyNotices } from './scripts/vite/third-party-notices.ts';

const notices = thirdPartyNotices();

export default defineConfig({
  // Relative, so that the build can be hosted under any path.
  base: './',
  plugins: [react(), katexFonts(), notices.page, contentSecurityPolicyMeta()],
  worker: { format: 'es', plugins: () => [notices.worker()] },
  build: {
    target: 'es2023',
    assetsInlineLimit: inlineNoFonts,
    // The worker holds TensorFlow.js's core; the page does not wait for it.
    chunkSizeWarningLimit: 1500,
  },
  server: { host: '127.0.0.1', headers: ISOLATION_HEADERS },
});
