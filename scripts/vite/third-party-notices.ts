import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

export const NOTICES_FILE = 'third-party-notices.txt';

/** A package whose licence asks for a notice. */
export interface Notice {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly homepage: string;
  /** Who holds the copyright, where the text does not say so. */
  readonly copyright?: string;
  readonly text: string;
}

/** Fonts that a package brings along under a licence of their own, as their files say. */
const FONTS: Readonly<Record<string, Pick<Notice, 'name' | 'licence' | 'copyright'>>> = {
  katex: {
    name: 'KaTeX fonts',
    licence: 'OFL-1.1',
    copyright: [
      'Copyright (c) 2009-2010, Design Science, Inc. (<www.mathjax.org>)',
      'Copyright (c) 2014-2018 Khan Academy (<www.khanacademy.org>),',
      'with Reserved Font Names KaTeX_AMS, KaTeX_Caligraphic, KaTeX_Fraktur, KaTeX_Main, KaTeX_Math, KaTeX_SansSerif, KaTeX_Script,',
      'KaTeX_Size1, KaTeX_Size2, KaTeX_Size3, KaTeX_Size4, KaTeX_Typewriter.',
    ].join('\n'),
  },
};

interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly author?: string | { readonly name: string };
  readonly homepage?: string;
  readonly repository?: string | { readonly url?: string };
}

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, '../../node_modules');

/** Build tools put their own small helpers into the bundle, as virtual modules. */
const VIRTUAL = [
  { prefix: '\0vite/', folder: join(modules, 'vite') },
  { prefix: '\0rolldown/', folder: join(modules, 'rolldown') },
] as const;

/** The folder of the package a module belongs to; null for the project's own files. */
export function packageFolder(id: string): string | null {
  const virtual = VIRTUAL.find(({ prefix }) => id.startsWith(prefix));
  if (virtual) return virtual.folder;
  const path = id.replace(/^\0/, '').split('?')[0] ?? '';
  const match = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
  return match?.[1] ?? null;
}

function readLicence(folder: string, { name, license, author }: PackageJson): Pick<Notice, 'copyright' | 'text'> {
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice|copyright)[^/]*$/i.test(file));
  if (files.length > 0) return { text: files.map((file) => ownLicence(readFileSync(join(folder, file), 'utf8'))).join('\n\n') };
  const standards = (license ?? '').split(' AND ').map((id) => standardLicence(id, name ?? folder));
  const holder = typeof author === 'string' ? author : (author?.name ?? `the authors of ${name}`);
  return { copyright: `Copyright ${holder}`, text: standards.join('\n\n') };
}

/** The text of a licence by its SPDX id. */
function standardLicence(id: string, name: string): string {
  const file = join(here, 'licences', `${id}.txt`);
  if (!existsSync(file)) throw new Error(`${name} has no licence file. Add the text of ${id} as ${file}.`);
  return readFileSync(file, 'utf8').trim();
}

/** Vite's file goes on to list what its own server bundles; none of that is in a build. */
function ownLicence(text: string): string {
  return (text.split('# Licenses of bundled dependencies')[0] ?? text).trim();
}

function readNotice(folder: string): Notice {
  const json: PackageJson = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!json.name || !json.version || !json.license) throw new Error(`${folder}/package.json does not state name, version and license.`);
  const repository = typeof json.repository === 'string' ? json.repository : json.repository?.url;
  return {
    name: json.name,
    version: json.version,
    licence: json.license,
    homepage: json.homepage ?? repository?.replace(/^git\+/, '').replace(/\.git$/, '') ?? `https://www.npmjs.com/package/${json.name}`,
    ...readLicence(folder, json),
  };
}

/** The notice of a package and, where it brings fonts, theirs. */
function readNotices(folder: string): readonly Notice[] {
  const own = readNotice(folder);
  const fonts = FONTS[own.name];
  if (!fonts) return [own];
  return [own, { ...fonts, version: own.version, homepage: own.homepage, text: standardLicence(fonts.licence, fonts.name) }];
}

/** The text file the page links to: one entry per package, equal licence texts printed once. */
export function formatNotices(notices: readonly Notice[]): string {
  const byText = new Map<string, Notice[]>();
  for (const notice of notices) byText.set(notice.text, [...(byText.get(notice.text) ?? []), notice]);
  const sections = [...byText].map(([text, group]) => {
    const heads = group.map(({ name, version, licence, homepage, copyright }) =>
      [`${name} ${version} (${licence})`, homepage, ...(copyright ? [copyright] : [])].join('\n'),
    );
    return `${heads.join('\n\n')}\n\n${text}`;
  });
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `Third-party software in Freestep\n\nFreestep contains the following software under the licences below.${rule}${sections.join(rule)}\n`;
}

/**
 * Two plugins that share one list: `page` for the page's own bundle, `worker` for the bundles of its workers.
 * Every package with a line of code in a chunk gets an entry; `page` writes them to NOTICES_FILE.
 */
export function thirdPartyNotices(): { page: Plugin; worker: () => Plugin } {
  const folders = new Set<string>();
  const collect = (chunk: { readonly modules: Readonly<Record<string, unknown>> }) => {
    for (const id of Object.keys(chunk.modules)) {
      const folder = packageFolder(id);
      if (folder) folders.add(folder);
    }
  };
  return {
    page: {
      name: 'freestep:third-party-notices',
      apply: 'build',
      // Styles leave their chunk before it is rendered, so their modules are noted when they are read.
      transform: {
        filter: { id: /node_modules\/.*\.css(\?|$)/ },
        handler(_code, id) {
          const folder = packageFolder(id);
          if (folder) folders.add(folder);
        },
      },
      renderChunk(_code, chunk) {
        collect(chunk);
        return null;
      },
      generateBundle() {
        const notices = [...folders].flatMap(readNotices).sort((a, b) => (a.name < b.name ? -1 : 1));
        this.emitFile({ type: 'asset', fileName: NOTICES_FILE, source: formatNotices(notices) });
      },
    },
    worker: () => ({
      name: 'freestep:third-party-notices-worker',
      renderChunk(_code, chunk) {
        collect(chunk);
        return null;
      },
    }),
  };
}
