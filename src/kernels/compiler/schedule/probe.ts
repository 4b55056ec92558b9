import type { Graph, GraphNode, ValueId } from '../graph.ts';
import { type IndexMap, identityMap } from '../index-map.ts';
import type { Location } from './buffers.ts';
import type { Digits } from './digits.ts';
import { Drafts } from './drafts.ts';
import { type Group, MATMUL_RESULT } from './groups.ts';
import { Inliner, type Source, type Surroundings } from './inliner.ts';
import type { Locations } from './locations.ts';
import { isSameMap, rowMap } from './maps.ts';
import { isElementwise, type Roles } from './roles.ts';

/** What is known of other kernels while one is tried. */
export interface Homes {
  /** The kernel a value lives in. */
  home(id: ValueId): Group | undefined;
  /** Kernels that must have run before the value can be read. */
  producers(id: ValueId): readonly Group[];
  /** Finds a kernel for a shared value. */
  ensure(id: ValueId): void;
}

/** What all kernels of a graph have in common. */
export interface Setting {
  readonly graph: Graph;
  readonly roles: Roles;
  readonly locations: Locations;
  readonly homes: Homes;
}

/** A kernel with a candidate in it, to see whether that is possible and what it would read. */
export class Probe implements Surroundings {
  readonly points: number;
  readonly digits: Digits;
  readonly inliner: Inliner;
  readonly reads = new Set<ValueId>();
  readonly adopted = new Set<ValueId>();
  readonly producers = new Set<Group>();
  isRejected = false;
  culprit: ValueId | null = null;
  readonly #homes: Homes;
  readonly #group: Group;
  readonly #graph: Graph;
  readonly #roles: Roles;
  readonly #locations: Locations;
  readonly #element: IndexMap;
  readonly #row: IndexMap | null;
  readonly #rows: number;

  constructor({ graph, roles, locations, homes }: Setting, group: Group, cols: number | null, digits: Digits) {
    this.#homes = homes;
    this.#group = group;
    this.#graph = graph;
    this.#roles = roles;
    this.#locations = locations;
    this.points = group.points;
    this.digits = digits;
    this.#element = identityMap(group.points);
    this.#rows = cols === null ? 0 : group.points / cols;
    this.#row = cols === null ? null : rowMap(this.#rows, cols);
    this.inliner = new Inliner(graph, new Drafts(), this);
  }

  resolve(id: ValueId, map: IndexMap): Source {
    const node = this.#graph.nodes[id] as GraphNode;
    const role = this.#roles.of(id);
    if (node.op === 'constant' && node.values.length === 1) return { kind: 'inline' };
    if (role === 'inline') return { kind: 'inline' };
    const home = this.#homes.home(id);
    if (home === this.#group) {
      this.producers.add(home);
      if (!this.#isOwnPoint(node.size, map)) return this.#reject();
      if (node.op === 'matmul') return { kind: 'accumulator' };
      if (node.op === 'reduce') return { kind: 'reduced', index: 0 };
      return { kind: 'inline' };
    }
    if (home === undefined && role === 'shared') {
      if (this.#isOwnPoint(node.size, map) && this.#hasRoomFor(node)) {
        this.adopted.add(id);
        if (node.op !== 'reduce') return { kind: 'inline' };
        this.inliner.value(node.inputs[0], this.#element);
        return { kind: 'reduced', index: 0 };
      }
      // What is computed here for its own point cannot be read at another: it must be there before.
      if (this.adopted.has(id)) {
        this.blame(id);
        return { kind: 'unreachable' };
      }
      this.#homes.ensure(id);
    }
    // A single number that waits for its kernel is computed by everyone.
    if (home === undefined && role === 'stored' && isElementwise(node)) return { kind: 'inline' };
    return this.#read(id);
  }

  table(id: ValueId): { readonly base: ValueId; readonly map: IndexMap; readonly location: Location } | null {
    const { base, map } = this.#roles.operand(id);
    const source = this.#read(base);
    return source.kind === 'load' ? { base, map, location: source.location } : null;
  }

  accepts(extents: readonly number[]): boolean {
    return this.#group.kind === 'matmul' ? this.digits.add(extents, MATMUL_RESULT) : this.digits.add(extents);
  }

  blame(id: ValueId): void {
    this.culprit ??= id;
  }

  #read(id: ValueId): Source {
    const producers = this.#homes.producers(id);
    for (const producer of producers) this.producers.add(producer);
    if (producers.includes(this.#group)) return this.#reject();
    this.reads.add(id);
    return { kind: 'load', location: this.#locations.home(id) };
  }

  #hasRoomFor(node: GraphNode): boolean {
    return node.op !== 'reduce' || (this.#row !== null && node.size * node.cols === this.points && node.size === this.#rows);
  }

  #isOwnPoint(size: number, map: IndexMap): boolean {
    if (size === this.points && isSameMap(map, this.#element)) return true;
    return this.#row !== null && size === this.#rows && isSameMap(map, this.#row);
  }

  #reject(): Source {
    this.isRejected = true;
    return { kind: 'unreachable' };
  }
}
