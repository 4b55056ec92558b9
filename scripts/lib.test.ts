import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { optimizers } from '../src/optimizers/registry.ts';
import { buildLibrary } from './lib/build.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'freestep-lib-'));
const project = join(folder, 'project');
const TIMEOUT_MS = 120_000;

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, [...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
}

/** Runs a module in the scratch project; what it prints. */
function runModule(name: string, text: string): string {
  writeFileSync(join(project, name), text);
  return run(process.execPath, [name], project);
}

/** Bundles an entry of the scratch project, TensorFlow.js left out. */
async function bundled(name: string, text: string): Promise<string> {
  writeFileSync(join(project, name), text);
  const output = await build({
    root: project,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: true,
      lib: { entry: join(project, name), formats: ['es'] },
      rolldownOptions: { external: [/^@tensorflow\//] },
    },
  });
  const [first] = Array.isArray(output) ? output : [];
  const chunk = first?.output[0];
  if (chunk?.type !== 'chunk') throw new Error(`${name} has not been bundled.`);
  return chunk.code;
}

// The tarball as npm makes it, installed as npm does, with the peers that this repository has.
beforeAll(async () => {
  const dist = join(folder, 'dist');
  await buildLibrary(dist);
  run('npm', ['pack', '--pack-destination', folder], dist);
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'scratch', private: true, type: 'module' }));
  run('npm', ['install', `../${tarball}`, '--offline', '--legacy-peer-deps', '--no-audit', '--no-fund'], project);
  symlinkSync(join(root, 'node_modules/@tensorflow'), join(project, 'node_modules/@tensorflow'), 'junction');
}, TIMEOUT_MS);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('the package holds what it needs, names its peers and no dependency', () => {
  const installed = join(project, 'node_modules/freestep');
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  expect(manifest).toMatchObject({ name: 'freestep', license: 'MIT', type: 'module', sideEffects: false });
  expect(manifest.dependencies).toBeUndefined();
  expect(Object.keys(manifest.peerDependencies)).toContain('@tensorflow/tfjs-core');
  expect(readdirSync(installed)).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'tfjs.js', 'tfjs.d.ts']));
  const readme = readFileSync(join(installed, 'README.md'), 'utf8');
  for (const { id } of optimizers) expect(readme).toContain(`| \`${id}\` |`);
});

/** TensorFlow.js draws initial weights and shuffles with Math.random: with this in front, a module trains the same every time. */
const SEEDED = 'let state = 1; Math.random = () => (state = (state * 16807) % 2147483647) / 2147483647;';

test(
  'the example of its README runs',
  () => {
    const [, example] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(project, 'node_modules/freestep/README.md'), 'utf8')) ?? [];
    const printed = runModule('example.js', `${SEEDED}\n${example ?? ''}`);
    const [, loss] = /loss ([\d.]+), estimated distance [\d.]+/.exec(printed) ?? [];
    // Half of what the best constant reaches, the mean square of sin 3x.
    expect(Number(loss), printed).toBeLessThan(0.26);
  },
  TIMEOUT_MS,
);

test(
  'it exports every method of the registry, on one copy of TensorFlow.js, and loads saved models',
  () => {
    const printed = runModule(
      'exports.js',
      `import * as tf from '@tensorflow/tfjs';
       import * as freestep from 'freestep/tfjs';
       freestep.registerAll();
       const known = tf.serialization.SerializationMap.getMap().classNameMap;
       const { evaluationPoint, registerAll, ...methods } = freestep;
       const made = Object.entries(methods).map(([name, create]) => {
         const optimizer = create();
         const x = tf.variable(tf.tensor1d([1, -2]));
         optimizer.minimize(() => x.square().sum(), false, [x]);
         const result = [name, create.id, optimizer instanceof tf.Optimizer, optimizer.getClassName() in known, optimizer.iterations];
         optimizer.dispose();
         return result;
       });
       console.log(JSON.stringify({ made, callback: typeof evaluationPoint }));`,
    );
    const { made, callback } = JSON.parse(printed.trim().split('\n').at(-1) ?? '');
    expect(made).toEqual(
      optimizers
        .map(({ id }) => id)
        .sort()
        .map((id) => [id, id, true, true, 1]),
    );
    expect(callback).toBe('function');
  },
  TIMEOUT_MS,
);

test(
  'its types know every option, and refuse others',
  () => {
    writeFileSync(
      join(project, 'program.ts'),
      `import * as tf from '@tensorflow/tfjs';
       import { type AdamwOptions, evaluationPoint, type FreestepOptimizer, type OptimizerStatus, prodigy, registerAll } from 'freestep/tfjs';
       import * as freestep from 'freestep/tfjs';
       registerAll();
       const optimizer: FreestepOptimizer = prodigy({ d0: 1e-5, decouple: true });
       const standard: tf.Optimizer = optimizer;
       optimizer.learningRate = 0.5 * optimizer.schedule;
       const cost: tf.Scalar | null = standard.minimize(() => tf.scalar(1), true);
       const status: Promise<OptimizerStatus> = optimizer.status();
       const options: AdamwOptions = { lr: 0.01 };
       const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [1] })] });
       model.compile({ optimizer, loss: 'meanSquaredError' });
       await model.fit(tf.ones([1, 1]), tf.ones([1, 1]), { callbacks: [evaluationPoint(optimizer), { onTrainEnd: () => {} }] });
       // @ts-expect-error: there is no such option
       prodigy({ learningRate: 1 });
       // @ts-expect-error: a flag is no number
       prodigy({ decouple: 1 });
       export const all = [${optimizers
         .map(
           ({ id, hyper }) =>
             `freestep.${id}(${JSON.stringify(Object.fromEntries(Object.entries(hyper).map(([name, { value }]) => [name, value])))})`,
         )
         .join(',\n')}];
       export { cost, status, options };`,
    );
    const config = { target: 'es2022', module: 'nodenext', strict: true, exactOptionalPropertyTypes: true, noEmit: true, types: [] };
    writeFileSync(
      join(project, 'tsconfig.json'),
      // TensorFlow.js's own declarations do not pass.
      JSON.stringify({ compilerOptions: { ...config, skipLibCheck: true }, files: ['program.ts'] }),
    );
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    expect(() => run(process.execPath, [tsc, '-p', project], project)).not.toThrow();
  },
  TIMEOUT_MS,
);

describe('a bundle', () => {
  const kernelsOf = ({ program: { fused } }: (typeof optimizers)[number]) =>
    [fused.gather, fused.decide, fused.apply, fused.evalPoint].filter((name) => name !== undefined).map((name) => `fn ${name}(`);

  test(
    'of one method has the kernels of no other',
    async () => {
      const adamw = optimizers.find(({ id }) => id === 'adamw') ?? optimizers[0];
      if (!adamw) throw new Error('There is no optimizer.');
      const own = kernelsOf(adamw);
      const others = new Set(optimizers.flatMap(kernelsOf).filter((name) => !own.includes(name)));
      const one = await bundled('one.js', `import { ${adamw.id} } from 'freestep/tfjs';\nglobalThis.optimizer = ${adamw.id}();`);
      const all = await bundled('all.js', "import * as freestep from 'freestep/tfjs';\nglobalThis.optimizers = freestep;");
      expect(own.filter((name) => !one.includes(name))).toEqual([]);
      expect([...others].filter((name) => one.includes(name))).toEqual([]);
      expect([...others].filter((name) => !all.includes(name))).toEqual([]);
      expect(one.length).toBeLessThan(all.length / 2);
      expect([...one.matchAll(/from\s*"([^"]+)"/g)].map((match) => match[1])).toEqual(['@tensorflow/tfjs-core']);
    },
    TIMEOUT_MS,
  );
});
