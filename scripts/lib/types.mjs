/** Declarations of the library's entry: for every method its function, and an interface of its hyperparameters with their documentation. */
export function entryTypes(optimizers) {
  return [
    "import type { OptimizerFactory } from './tfjs/api.js';",
    '',
    "export type * from './tfjs/api.js';",
    "export { evaluationPoint } from './tfjs/evaluation-point.js';",
    '',
    comment('Registers every method, for loading a saved model that may have any of them. Bundles then hold them all.'),
    'export declare function registerAll(): void;',
    ...optimizers.flatMap((definition) => [
      '',
      `export interface ${optionsName(definition.id)} {`,
      ...Object.entries(definition.hyper).flatMap(([name, spec]) => [
        `  ${comment(`${spec.doc} ${rangeOf(spec)}`)}`,
        `  readonly ${name}?: ${typeOf(spec)} | undefined;`,
      ]),
      '}',
      comment(`${definition.label}. ${reference(definition.paper)}`),
      `export declare const ${definition.id}: OptimizerFactory<${optionsName(definition.id)}>;`,
    ]),
    '',
  ].join('\n');
}

function optionsName(id) {
  return `${id.charAt(0).toUpperCase()}${id.slice(1)}Options`;
}

function reference({ authors, title, year, arxiv, implementation }) {
  return `${authors}, "${title}" (${year}${arxiv ? `, arXiv ${arxiv}` : ''}). Follows ${implementation}.`;
}

function typeOf({ kind }) {
  const types = { number: 'number', integer: 'number', flag: 'boolean', list: 'readonly number[]' };
  const type = types[kind];
  if (!type) throw new Error(`There is no type for hyperparameters of kind "${kind}".`);
  return type;
}

function rangeOf(spec) {
  const value = JSON.stringify(spec.value);
  return spec.kind === 'flag' ? `Default ${value}.` : `Default ${value}; from ${spec.min} to ${spec.max}.`;
}

function comment(text) {
  return `/** ${text.replaceAll('*/', '* /')} */`;
}
