import { beforeAll, describe, expect, it } from 'vitest';
import type { Graph, ValueId } from '../kernels/compiler/graph.ts';
import { interpret } from '../kernels/compiler/interpret.ts';
import { planArena } from '../kernels/compiler/schedule/arena.ts';
import { WASM_POLICY } from '../kernels/compiler/schedule/policies.ts';
import { scheduleGraph } from '../kernels/compiler/schedule/schedule-graph.ts';
import { assertWithinBounds } from '../kernels/compiler/testing/compare.ts';
import { runOnWasm } from '../kernels/compiler/testing/run-on-wasm.ts';
import { ALIGNMENT_BYTES } from '../kernels/compiler/wasm/generate.ts';
import { normals } from '../kernels/counter-random.ts';
import { type ParamLayout, planLayout } from '../kernels/layout.ts';
import * as tf from '../kernels/tf.ts';
import { fetchPublic } from '../workloads/testing/public-data.ts';
import { trainOnce } from '../workloads/testing/run-model.ts';
import { trainingGraph } from './step-graphs.ts';
import { describeExactness, describeIndependence, type Generator } from './testing/describe-networks.ts';
import { KnownNetwork } from './testing/known-network.ts';
import { generalRuns, type RunInputs, registryCases, STATE_STEP, tinyCases } from './testing/network-cases.ts';
import { buildNetwork, NETWORKS, type NetworkSpec } from './testing/networks/networks.ts';

const WASM: Generator = {
  align: 1,
  compiler: { policy: WASM_POLICY, alignment: ALIGNMENT_BYTES / Float32Array.BYTES_PER_ELEMENT },
  compute: runOnWasm,
};

const cases = [...tinyCases(), ...(await registryCases(fetchPublic, 'all others'))];

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
});

describe('compiled to WebAssembly', () => {
  describeExactness(cases, WASM);
  describeIndependence(cases, WASM, { groupings: 8 });
});

/** float32 parameters of one tensor each, without padding. */
const split = ({ tensors }: ParamLayout, row: Float32Array): readonly Float32Array[] =>
  tensors.map(({ offset, size }) => row.slice(offset, offset + size));

describe.each(cases.map((given) => [given.name, given] as const))('the graph of %s', (_, given) => {
  const network = KnownNetwork.of(given, WASM.align);
  const { model, data, layout } = network.source;

  it('computes what TensorFlow.js computes', async () => {
    for (const [run, inputs] of network.states.entries()) {
      const [eager] = await trainOnce(
        model,
        [
          {
            params: split(layout, inputs.params as Float32Array),
            seed: inputs.seed?.[0] as number,
            labelSmoothing: inputs.labelSmoothing?.[0] as number,
            dropout: inputs.dropout?.[0] as number,
            auxDropout: inputs.auxDropout?.[0] as number,
          },
        ],
        { arrays: data.arrays, rows: Array.from(inputs.indices as Int32Array) },
        STATE_STEP,
      );
      const found: Readonly<Record<string, readonly number[]>> = {
        grads: eager?.gradients.flatMap((values) => Array.from(values)) ?? [],
        objective: [eager?.objective as number],
        loss: [eager?.loss as number],
      };
      assertWithinBounds(
        (name) => found[name] ?? [],
        network.wantedOfTraining(run),
        () => `in state ${run}`,
      );
    }
  });

  it('has the slopes of central differences in random directions', () => {
    const h = 1e-6;
    const { nodes, outputs } = network.training;
    const objective = outputs.objective as ValueId;
    // Values come in the order in which they are computed: the objective before its gradient.
    const forward: Graph = { nodes: nodes.slice(0, objective + 1), outputs: { objective } };
    // A fresh network may lie exactly on kinks: a scale of 0 makes what a ReLU gets 0.
    const [nearStart] = generalRuns(given, layout, 1);
    for (const [run, inputs] of [nearStart as RunInputs, ...network.states.slice(1)].entries()) {
      const { grads } = run === 0 ? interpret(network.training, inputs) : { grads: network.wantedOfTraining(run).grads?.values };
      const norm = Math.hypot(...(grads ?? []));
      for (let direction = 0; direction < 3; direction++) {
        const u = normals(direction, run, 4, layout.n);
        const length = Math.hypot(...u);
        const objectiveAt = (distance: number): number => {
          const params = Float64Array.from(inputs.params ?? [], (value, i) => value + (distance * (u[i] as number)) / length);
          return interpret(forward, { ...inputs, params }).objective?.[0] as number;
        };
        const slope = (objectiveAt(h) - objectiveAt(-h)) / (2 * h);
        const expected = u.reduce((sum, value, i) => sum + ((grads?.[i] as number) * value) / length, 0);
        // The differences are good to 1e-16 / h times the objective, which is at most some hundreds; constants are float32, 6e-8 of the
        // gradient. No kink lies within h.
        expect(Math.abs(slope - expected), `state ${run}, direction ${direction}: ${slope} instead of ${expected}`).toBeLessThan(
          1e-7 + 3e-7 * norm,
        );
      }
    }
  });
});

it('reuses memory: the transformer would need at least twice as much if no value took the place of another', () => {
  const { model, data, batch } = buildNetwork(NETWORKS.find(({ id }) => id === 'transformer') as NetworkSpec);
  const layout = planLayout(model.parameters, 1);
  const schedule = scheduleGraph(trainingGraph({ model, layout, data, batch, hasDropout: false }), WASM_POLICY, {
    zeroInitialized: ['grads'],
  });
  const { size, sizeWithoutReuse } = planArena(schedule, { alignment: WASM.compiler.alignment });
  expect(sizeWithoutReuse / size).toBeGreaterThanOrEqual(2);
});
