/**
 * Builds the library: one ES module per source module, so that bundlers keep what is imported and no more, with the entry generated from the
 * registry of optimizers. TensorFlow.js stays outside.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, runnerImport } from 'vite';
import { entryModules } from './entry.mjs';
import { packageFiles } from './package-files.mjs';
import { entryTypes } from './types.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const src = join(root, 'src');

/** The one module that names TensorFlow.js. */
const TENSORFLOW = join(src, 'kernels/tf.ts');

/** Serves the generated modules at their paths; TensorFlow.js stays outside. */
function generated(modules) {
  const textAt = (path) => modules.get(relative(src, path).replaceAll('\\', '/'));
  return {
    name: 'freestep:library-entry',
    enforce: 'pre',
    resolveId(id, importer) {
      const path = importer ? resolve(dirname(importer), id) : id;
      // Named directly where it is used, so that bundlers see what of it is.
      if (path === TENSORFLOW) return { id: '@tensorflow/tfjs-core', external: true };
      return textAt(path) === undefined ? undefined : path;
    },
    load: textAt,
  };
}

async function buildModules(outDir, optimizers) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [generated(entryModules(optimizers))],
    build: {
      outDir,
      emptyOutDir: true,
      copyPublicDir: false,
      minify: false,
      target: 'es2022',
      lib: { entry: join(src, 'tfjs.js'), formats: ['es'] },
      rolldownOptions: {
        // With the pattern '[name].js' a shader would take the name of the module beside it.
        output: { preserveModules: true, preserveModulesRoot: src, entryFileNames: ({ name }) => `${name}.js` },
      },
    },
  });
}

/** Declarations of the hand-written part of the interface, as TypeScript emits them, with imports that mean the same in the package. */
function emitTypes(outDir) {
  const folder = mkdtempSync(join(tmpdir(), 'freestep-types-'));
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '-p', join(root, 'scripts/lib/tsconfig.json'), '--outDir', folder], { stdio: 'inherit' });
    const from = join(folder, 'tfjs');
    mkdirSync(join(outDir, 'tfjs'), { recursive: true });
    for (const file of readdirSync(from)) {
      const text = readFileSync(join(from, file), 'utf8')
        .replaceAll("'../kernels/tf.ts'", "'@tensorflow/tfjs-core'")
        .replaceAll(/'(\.\/[\w-]+)\.ts'/g, "'$1.js'");
      const stranger = /from '(?!@tensorflow\/tfjs-core'|\.\/[\w-]+\.js')[^']*'/.exec(text);
      if (stranger) throw new Error(`The library's types may not depend on anything but each other and TensorFlow.js: ${stranger[0]}`);
      writeFileSync(join(outDir, 'tfjs', file), text);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Builds the package into a folder, which is emptied first. */
export async function buildLibrary(outDir) {
  const { module } = await runnerImport(join(src, 'optimizers/registry.ts'), { root, configFile: false, logLevel: 'error' });
  const { optimizers } = module;
  await buildModules(outDir, optimizers);
  emitTypes(outDir);
  writeFileSync(join(outDir, 'tfjs.d.ts'), entryTypes(optimizers));
  for (const [name, text] of Object.entries(packageFiles(root, optimizers))) writeFileSync(join(outDir, name), text);
}
