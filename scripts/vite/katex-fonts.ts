import type { Plugin } from 'vite';

const OLD_FORMATS = /,url\([^)]*\.(?:woff|ttf)\) format\("(?:woff|truetype)"\)/g;

/** KaTeX's stylesheet with its WOFF2 fonts only: every browser that runs this page reads them. */
export function woff2Only(css: string): string {
  const kept = css.replace(OLD_FORMATS, '');
  const faces = kept.match(/@font-face/g)?.length ?? 0;
  const fonts = kept.match(/\.woff2\)/g)?.length ?? 0;
  if (faces === 0 || faces !== fonts || /\.(?:woff|ttf)\)/.test(kept)) {
    throw new Error("KaTeX's stylesheet names its fonts in a new way: adapt scripts/vite/katex-fonts.ts.");
  }
  return kept;
}

/** Leaves the older formats of KaTeX's fonts out of the build, which would be three quarters of a megabyte. */
export function katexFonts(): Plugin {
  return {
    name: 'freestep:katex-fonts',
    enforce: 'pre',
    transform: {
      filter: { id: /node_modules\/katex\/dist\/katex[^/]*\.css$/ },
      handler: (code) => ({ code: woff2Only(code), map: null }),
    },
  };
}

/** Fonts are files of their own: the content security policy allows no font in a data: address. */
export const inlineNoFonts = (file: string): false | undefined => (file.endsWith('.woff2') ? false : undefined);
