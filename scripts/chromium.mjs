/**
 * Which Chromium the tests and tools drive, and how it is started so that WebGPU works without a GPU.
 * Plain Node: also used before anything is installed.
 */
import { existsSync } from 'node:fs';

/** A software adapter gives every machine the same WebGPU; without --enable-unsafe-webgpu headless Chromium offers none. */
export const CHROMIUM_ARGS = [
  '--headless=new',
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  // Chromium must not look for updates or sync: machines without internet would wait for it.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** Path of a full Chromium: CHROMIUM, else Debian's package, else null (then Playwright's own download is used). */
export function findChromium() {
  const named = process.env.CHROMIUM;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM names ${named}, which does not exist. Set it to a Chromium binary or unset it.`);
    return named;
  }
  return existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : null;
}

/** Options for Playwright's `chromium.launch`. Its headless shell has no WebGPU, so the full browser is named in any case. */
export function launchOptions() {
  const path = findChromium();
  return { ...(path ? { executablePath: path } : { channel: 'chromium' }), args: CHROMIUM_ARGS };
}
