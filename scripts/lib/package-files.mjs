import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the README lists the methods. */
const METHODS = '<!-- methods -->';

/** Texts of the package besides its modules, by file name. */
export function packageFiles(root, optimizers) {
  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const readme = readFileSync(join(root, 'src/tfjs/README.md'), 'utf8');
  if (!readme.includes(METHODS)) throw new Error(`src/tfjs/README.md has no place for the list of methods: ${METHODS}`);
  return {
    'package.json': `${JSON.stringify(manifest(own), null, 2)}\n`,
    'README.md': readme.replace(METHODS, methodTable(optimizers)),
    // What follows the rule is about data, of which the package has none.
    LICENSE: `${readFileSync(join(root, 'LICENSE'), 'utf8')
      .split(/^-{10,}$/m)[0]
      .trimEnd()}\n`,
  };
}

function manifest({ name, version, license, dependencies }) {
  const { '@tensorflow/tfjs-core': core, '@tensorflow/tfjs-backend-webgpu': webgpu } = dependencies;
  return {
    name,
    version,
    description: 'Learning-rate-free optimizers for TensorFlow.js: Prodigy, D-Adaptation, DoG, Mechanic, MoMo, COCOB, Schedule-Free.',
    keywords: ['tensorflow.js', 'tfjs', 'optimizer', 'learning-rate-free', 'prodigy', 'schedule-free', 'webgpu'],
    license,
    type: 'module',
    sideEffects: false,
    exports: { './tfjs': { types: './tfjs.d.ts', default: './tfjs.js' }, './package.json': './package.json' },
    // The fused steps use parts of TensorFlow.js that are not documented, so the versions they were tested with are asked for.
    peerDependencies: { '@tensorflow/tfjs-core': `~${core}`, '@tensorflow/tfjs-backend-webgpu': `~${webgpu}` },
    peerDependenciesMeta: { '@tensorflow/tfjs-backend-webgpu': { optional: true } },
  };
}

function methodTable(optimizers) {
  return [
    '| function | method | reads the loss | two sets of weights |',
    '| --- | --- | --- | --- |',
    ...optimizers.map(
      ({ id, label, paper, program }) =>
        `| \`${id}\` | ${label} (${paper.authors}, ${paper.arxiv ? `[${paper.year}](https://arxiv.org/abs/${paper.arxiv})` : paper.year}) ` +
        `| ${program.readsLoss ? 'yes' : ''} | ${program.evalPoint ? 'yes' : ''} |`,
    ),
  ].join('\n');
}
