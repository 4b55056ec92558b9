import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { CONTENT_SECURITY_POLICY } from '../content-security-policy.mjs';

const META = `<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}" />`;

/** Puts the policy first into the head of every HTML file of the build, those copied from public/ included. */
export function contentSecurityPolicyMeta(): Plugin {
  return {
    name: 'freestep:content-security-policy',
    apply: 'build',
    writeBundle({ dir }) {
      if (!dir) return;
      for (const file of readdirSync(dir, { recursive: true, encoding: 'utf8' })) {
        if (!file.endsWith('.html')) continue;
        const path = join(dir, file);
        const html = readFileSync(path, 'utf8');
        if (!html.includes('<head>')) throw new Error(`${file} has no <head> for the content security policy.`);
        // A charset must stand within the first 1024 bytes, so the policy follows it.
        const anchor = /<meta charset="[^"]*" ?\/?>/i.exec(html)?.[0] ?? '<head>';
        writeFileSync(path, html.replace(anchor, `${anchor}\n    ${META}`));
      }
    },
  };
}
