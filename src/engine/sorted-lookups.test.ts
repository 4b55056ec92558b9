import { describe, expect, it } from 'vitest';
import type { Graph, NodeOf } from '../kernels/compiler/graph.ts';
import { GraphBuilder } from '../kernels/compiler/graph-builder.ts';
import { sliceMap } from '../kernels/compiler/index-map.ts';
import { interpret } from '../kernels/compiler/interpret.ts';
import { GPU_POLICY } from '../kernels/compiler/schedule/policies.ts';
import { scheduleGraph } from '../kernels/compiler/schedule/schedule-graph.ts';
import { externalsOf, firstDifference, runPlanned } from '../kernels/compiler/schedule/testing/run-planned.ts';
import type { LoadedData } from '../workloads/definition.ts';
import { fetchPublic } from '../workloads/testing/public-data.ts';
import { type LookupLists, sortLookups } from './sorted-lookups.ts';
import { dataInput, ROW_NUMBERS } from './step-graphs.ts';
import { KnownNetwork } from './testing/known-network.ts';
import { type RunInputs, registryCases } from './testing/network-cases.ts';

const BATCH = 3;
const ROWS = 5;
const DATA: LoadedData = {
  trainRows: 4,
  validationRows: 0,
  arrays: {
    ids: { values: Int32Array.of(0, 3, 4, 3, 3, 1, 0, 0), rowShape: [2] },
    numbers: { values: Float32Array.of(0, 1, 2, 3), rowShape: [1] },
  },
  attribution: { title: '', description: '', attribution: '', spdx: '', licenceUrl: '' },
};
const IDS = dataInput('ids');

const sumsOf = ({ nodes }: Graph): readonly NodeOf<'segmentSum'>[] =>
  nodes.filter((node): node is NodeOf<'segmentSum'> => node.op === 'segmentSum');

/** The lists that a graph with sorted lookups takes for a batch, by name. */
const listsFor = (lookups: LookupLists, batchRows: Int32Array): Readonly<Record<string, Int32Array>> => {
  const lists = lookups.listsOf(batchRows);
  return Object.fromEntries(lookups.inputs.map(({ name }, k) => [name, lists[k] as Int32Array]));
};

/** Both elements of the batch's rows of ids: (BATCH, 2). */
function idsOf(builder: GraphBuilder): number {
  return builder.gather(builder.input(IDS, 8, 'int32', 'shared'), builder.input(ROW_NUMBERS, BATCH, 'int32', 'run'), 2);
}

/** Both graphs compute the same for a batch, the sorted one also when it is scheduled. */
function expectEqual(graph: Graph, data: LoadedData, inputs: RunInputs): void {
  const sorted = sortLookups(graph, data);
  const lists = listsFor(sorted.lookups as LookupLists, inputs[ROW_NUMBERS] as Int32Array);
  const given = { ...inputs, ...lists };
  const wanted = interpret(graph, inputs);
  expect(interpret(sorted.graph, given)).toEqual(wanted);
  const schedule = scheduleGraph(sorted.graph, GPU_POLICY);
  const externals = externalsOf(schedule, given);
  runPlanned(schedule, externals);
  const unsorted = scheduleGraph(graph, GPU_POLICY);
  const before = externalsOf(unsorted, inputs);
  runPlanned(unsorted, before);
  for (const name of Object.keys(wanted)) expect(firstDifference(externals[name], before[name] ?? []), name).toBeNull();
}

describe('sorted lookups', () => {
  it('replace indices that follow from the batch, one input for each list of them and number of rows', () => {
    const builder = new GraphBuilder();
    const ids = idsOf(builder);
    const firsts = builder.binary('add', builder.view(ids, sliceMap([BATCH, 2], [0, 0], [BATCH, 1])), builder.constant(1, BATCH, 'int32'));
    const x = builder.input('params', 2 * BATCH * 2, 'float32', 'run');
    const some = builder.view(x, sliceMap([2 * BATCH * 2], [1], [2 * BATCH]));
    const graph = builder.finish({
      a: builder.segmentSum(x, ids, ROWS, 2),
      b: builder.segmentSum(some, ids, ROWS, 1),
      c: builder.segmentSum(some, ids, ROWS + 2, 1),
      d: builder.segmentSum(some, firsts, ROWS + 1, 2),
    });
    const { graph: sorted, lookups } = sortLookups(graph, DATA);
    expect(lookups?.inputs).toEqual([
      { name: 'lookups:0', size: ROWS + 1 + 2 * BATCH },
      { name: 'lookups:1', size: ROWS + 3 + 2 * BATCH },
      { name: 'lookups:2', size: ROWS + 2 + BATCH },
    ]);
    expect(sumsOf(sorted).map(({ isSorted, inputs }) => [isSorted, inputs[1]])).toEqual([0, 0, 1, 2].map((list) => [true, list]));
    // Nothing else reads them.
    expect(sorted.nodes.some((node) => node.op === 'input' && [IDS, ROW_NUMBERS].includes(node.name))).toBe(false);
    const batchRows = Int32Array.of(3, 1, 2);
    // Of ids 0, 0, 4, 3, 3, 1.
    expect(Array.from(listsFor(lookups as LookupLists, batchRows)['lookups:0'] ?? [])).toEqual([0, 2, 3, 3, 5, 6, 0, 1, 5, 3, 4, 2]);
    const params = Float32Array.from({ length: 2 * BATCH * 2 }, (_, i) => 1.5 ** i);
    for (const rows of [batchRows, Int32Array.of(0, 0, 0)])
      expectEqual(graph, DATA, { params, [IDS]: DATA.arrays.ids?.values as Int32Array, [ROW_NUMBERS]: rows });
  });

  it('leave indices alone that depend on anything else', () => {
    const builder = new GraphBuilder();
    const x = builder.input('params', 2 * BATCH, 'float32', 'run');
    const seed = builder.view(builder.input('seed', 1, 'int32', 'run'), { extents: [2 * BATCH], strides: [0], offset: 0, guards: [] });
    const graph = builder.finish({
      parameters: builder.segmentSum(x, builder.unary('toInt', x), ROWS, 1),
      seed: builder.segmentSum(x, builder.binary('add', idsOf(builder), seed), ROWS, 1),
      numbers: builder.segmentSum(x, builder.unary('toInt', builder.input(dataInput('numbers'), 6, 'float32', 'shared')), ROWS, 1),
    });
    expect(sortLookups(graph, DATA)).toEqual({ graph, lookups: null });
  });
});

const cases = (await registryCases(fetchPublic, 'one other')).filter(({ isOrdinary }) => isOrdinary);

describe('sorted lookups of workloads', () => {
  it.each(['clicks', 'charLm', 'translate'])('are all that %s looks up, and compute what indices that are not sorted do', (workload) => {
    const given = cases.find(({ name }) => name.startsWith(workload)) as (typeof cases)[number];
    const { training, states } = KnownNetwork.of(given, 1);
    const { graph } = sortLookups(training, given.data);
    expect(sumsOf(graph).length).toBeGreaterThan(0);
    expect(sumsOf(graph).every(({ isSorted }) => isSorted)).toBe(true);
    for (const inputs of states) expectEqual(training, given.data, inputs);
  });
});
