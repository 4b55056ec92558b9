import type { Graph, GraphNode, ValueId } from '../graph.ts';
import { identityMap } from '../index-map.ts';
import type { Kernel, Schedule, SchedulePolicy } from '../schedule.ts';
import { assemble } from './assemble.ts';
import { compactViews } from './compact-views.ts';
import { delayLoneValues } from './delays.ts';
import type { Plan } from './emission.ts';
import { emitLoops } from './emit-loops.ts';
import { emitMatMul } from './emit-matmul.ts';
import { emitCustom, emitSegmentSum } from './emit-whole.ts';
import { Grouping } from './grouping.ts';
import type { Group } from './groups.ts';
import { setLevels } from './levels.ts';
import { Locations } from './locations.ts';
import { type Decisions, decisionCount, noDecisions, type ScheduleOptions } from './options.ts';
import { Roles } from './roles.ts';

/**
 * Turns a graph into kernels. Deterministic: the same graph gives the same schedule.
 *
 * `Roles` decide which values are stored, `Locations` where; `Grouping` distributes them over kernels, `setLevels` orders these, and the
 * emitters write them with `Inliner`'s expressions. `assemble` numbers the buffers and finds their lifetimes.
 *
 * Where a kernel turns out not to be able to read or write something (a reshape that cuts across digits, an input that would be
 * overwritten too early), what stands in the way is stored apart and the planning starts again.
 * Outputs become external buffers of their names, or are written to the buffers of the inputs they replace.
 */
export function scheduleGraph(graph: Graph, policy: SchedulePolicy, options: ScheduleOptions = {}): Schedule {
  const whole = withComputedOutputs(compactViews(graph), options);
  const decisions = noDecisions();
  for (;;) {
    const before = decisionCount(decisions);
    const schedule = attempt(whole, policy, options, decisions);
    if (schedule !== null) return schedule;
    if (decisionCount(decisions) === before) throw new Error('a graph cannot be scheduled: no decision is left to take');
  }
}

/** One attempt; null if it added to the decisions. */
function attempt(graph: Graph, policy: SchedulePolicy, options: ScheduleOptions, decisions: Decisions): Schedule | null {
  const before = decisionCount(decisions);
  const isFinal = (): boolean => decisionCount(decisions) === before;
  const roles = new Roles(graph, policy, decisions);
  const locations = new Locations(graph, roles, options, decisions);
  const grouping = new Grouping(graph, policy, roles, locations, decisions);
  const replacements = locations.replacements();
  delayLoneValues(grouping, roles, locations, decisions);
  if (!isFinal()) return null;
  setLevels(grouping, roles, replacements, decisions);
  if (!isFinal()) return null;
  const isReadElsewhere = new Set(
    grouping.groups.flatMap((group) => [...group.reads].filter((id) => grouping.home(id) !== group && roles.of(id) !== 'leaf')),
  );
  const plan: Plan = {
    graph,
    roles,
    locations,
    grouping,
    decisions,
    blamed: new Set(),
    replacements: replacements.filter(({ output }) => !decisions.viaTemporary.has(output)),
    isReadElsewhere,
    storesExpensive: policy.storesExpensive,
  };
  const groups = [...grouping.groups].sort((a, b) => a.level - b.level || a.id - b.id);
  const kernels = groups.map((group) => emit(plan, group));
  return isFinal() ? assemble(kernels, locations.buffers) : null;
}

function emit(plan: Plan, group: Group): Kernel {
  switch (group.kind) {
    case 'loops':
      return emitLoops(plan, group);
    case 'matmul':
      return emitMatMul(plan, group);
    case 'segmentSum':
      return emitSegmentSum(plan, group);
    case 'custom':
      return emitCustom(plan, group);
    default:
      return group.kind satisfies never;
  }
}

/** The graph with outputs that are inputs or constants as views of them, so that every output is computed, and without those that keep an input. */
function withComputedOutputs(graph: Graph, { inPlace = {} }: ScheduleOptions): Graph {
  const nodes: GraphNode[] = [...graph.nodes];
  const outputs: Record<string, ValueId> = {};
  for (const [name, id] of Object.entries(graph.outputs)) {
    const node = graph.nodes[id] as GraphNode;
    if (node.op === 'input' && node.name === (inPlace[name] ?? name)) continue;
    outputs[name] = id;
    if (node.op !== 'input' && node.op !== 'constant') continue;
    const { size, dtype, place } = node;
    outputs[name] = nodes.push({ op: 'view', map: identityMap(size), fill: 0, inputs: [id], size, dtype, place }) - 1;
  }
  return { nodes, outputs };
}
