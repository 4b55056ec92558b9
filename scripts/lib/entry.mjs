/**
 * The generated modules of the library, by their path inside src, where none of them is: the entry 'tfjs.js', one module per method, and one
 * that names them all for `registerAll`. Each is a module of its own, because a bundler drops an unused module whole, whatever it does when
 * it is loaded.
 */
export function entryModules(optimizers) {
  const ids = optimizers.map(({ id }) => id);
  return new Map([
    [
      'tfjs.js',
      lines(
        "export { evaluationPoint } from './tfjs/evaluation-point.ts';",
        ...ids.map((id) => `export { ${id} } from './methods/${id}.js';`),
        "export { registerAll } from './methods/register-all.js';",
      ),
    ],
    ...ids.map((id) => [
      `methods/${id}.js`,
      lines(
        "import { optimizerFactory } from '../tfjs/factory.ts';",
        `import { ${id} as definition } from '../optimizers/${id}/${id}.ts';`,
        `export const ${id} = /* @__PURE__ */ optimizerFactory(definition);`,
      ),
    ]),
    [
      'methods/register-all.js',
      lines(
        ...ids.map((id) => `import { ${id} } from './${id}.js';`),
        'export function registerAll() {',
        `  for (const create of [${ids.join(', ')}]) create.register();`,
        '}',
      ),
    ],
  ]);
}

function lines(...texts) {
  return texts.join('\n');
}
