import { type Graph, type GraphNode, inputsOf, type NodeOf, type ValueId } from '../graph.ts';
import { composeMaps, type IndexMap, identityMap, withDigits } from '../index-map.ts';
import type { SchedulePolicy } from '../schedule.ts';
import type { Location } from './buffers.ts';
import { findColumnSums } from './column-sums.ts';
import { Digits } from './digits.ts';
import { type Group, LARGEST_KERNEL, MATMUL_A, MATMUL_B, MATMUL_RESULT } from './groups.ts';
import type { Locations } from './locations.ts';
import { isWhole, onlyMap, rowMap } from './maps.ts';
import type { Decisions } from './options.ts';
import { type Homes, Probe, type Setting } from './probe.ts';
import { isElementwise, type Roles } from './roles.ts';

/** What is to be put into a kernel: a value to be computed, or one that exists to be copied. */
interface Candidate {
  readonly value: ValueId;
  readonly isCopy: boolean;
  readonly destinations: readonly Location[];
}

/** Distributes a graph's stored values over kernels. */
export class Grouping implements Homes {
  readonly groups: Group[] = [];
  readonly #graph: Graph;
  readonly #policy: SchedulePolicy;
  readonly #roles: Roles;
  readonly #locations: Locations;
  readonly #decisions: Decisions;
  readonly #homes: (Group | undefined)[] = [];
  /** Per concat: kernels that copy a piece into it. */
  readonly #pieceCopies = new Map<ValueId, Group[]>();
  readonly #columnSums: ReadonlyMap<ValueId, ValueId>;
  readonly #setting: Setting;

  constructor(graph: Graph, policy: SchedulePolicy, roles: Roles, locations: Locations, decisions: Decisions) {
    this.#graph = graph;
    this.#policy = policy;
    this.#roles = roles;
    this.#locations = locations;
    this.#decisions = decisions;
    this.#setting = { graph, roles, locations, homes: this };
    this.#columnSums = policy.hasColumnSums ? findColumnSums(graph, roles, locations) : new Map();
    graph.nodes.forEach((_, id) => {
      if (roles.of(id) === 'stored' && !this.#isPatient(id)) this.#place(id);
    });
    graph.nodes.forEach((_, id) => {
      if (roles.of(id) === 'stored' && this.#isPatient(id)) this.#place(id);
    });
    for (const copy of locations.outputCopies()) {
      const candidate = { ...copy, isCopy: true };
      this.#accept(this.#newLoops(candidate), candidate);
    }
  }

  /** The kernel a value lives in. */
  home(id: ValueId): Group | undefined {
    return this.#homes[id];
  }

  /** Kernels that must have run before the value can be read. */
  producers(id: ValueId): readonly Group[] {
    const node = this.#node(id);
    if (node.op !== 'concat') {
      const home = this.#homes[id];
      return home ? [home] : [];
    }
    return [...new Set([...node.inputs.flatMap((piece) => this.producers(piece)), ...(this.#pieceCopies.get(id) ?? [])])];
  }

  /** Single numbers that only the host reads join the kernel that has room for them, when all kernels are known. */
  #isPatient(id: ValueId): boolean {
    const node = this.#node(id);
    if (node.size !== 1 && node.op !== 'concat') return false;
    if (node.op !== 'concat' && !isElementwise(node)) return false;
    if (node.op === 'concat' && node.inputs.some((input) => this.#node(input).size > 1)) return false;
    return this.#readers(id).every((reader) => this.#node(reader).op === 'concat' && this.#isPatient(reader));
  }

  /** Values with a kernel of their own that are computed from this one through inlined ones. */
  #readers(id: ValueId, found = new Set<ValueId>()): ValueId[] {
    for (const reader of this.#roles.consumers[id] as readonly ValueId[]) {
      const isPassedOn = this.#roles.of(reader) === 'inline' || (this.#roles.of(reader) === 'shared' && !this.#homes[reader]);
      if (found.has(reader)) continue;
      found.add(reader);
      if (isPassedOn) this.#readers(reader, found);
    }
    return [...found].filter((reader) => this.#roles.of(reader) === 'stored' || this.#homes[reader]);
  }

  #place(id: ValueId): void {
    const node = this.#node(id);
    if (this.#homes[id] || this.#columnSums.has(id)) return;
    switch (node.op) {
      case 'matmul':
        this.#placeMatmul(id, node);
        return;
      case 'segmentSum':
        this.#placeSegmentSum(id, node);
        return;
      case 'custom':
        this.#placeCustom(id, node);
        return;
      case 'concat':
        this.#placeConcat(id, node);
        return;
      default:
        this.#join({ value: id, isCopy: false, destinations: this.#locations.destinations(id) });
    }
  }

  #placeConcat(id: ValueId, node: NodeOf<'concat'>): void {
    for (const copy of this.#locations.pieceCopies(id, node)) {
      const group = this.#join({ ...copy, isCopy: true });
      this.#pieceCopies.set(id, [...(this.#pieceCopies.get(id) ?? []), group]);
    }
  }

  #placeCustom(id: ValueId, node: NodeOf<'custom'>): void {
    const group = this.#newGroup('custom', node.size, new Digits([node.size]));
    for (const input of node.inputs) {
      if (!this.#isContiguous(input)) this.#blame(input);
      this.#addRead(group, input);
    }
    this.#adopt(group, id);
  }

  #placeSegmentSum(id: ValueId, node: NodeOf<'segmentSum'>): void {
    const group = this.#newGroup('segmentSum', node.size, new Digits([node.size]));
    for (const { map } of this.#locations.destinations(id)) {
      if (withDigits(map, [node.rows, node.rowSize]) === null) this.#blame(id);
    }
    for (const input of node.inputs) {
      const { base, map } = this.#roles.operand(input);
      const at = composeMaps(map, this.#locations.home(base).map);
      const dims = input === node.inputs[1] ? [this.#node(input).size] : [node.count, node.rowSize];
      const isReadable = at !== null && withDigits(at, dims) !== null;
      if (!isReadable) this.#blame(this.#isContiguous(base) ? input : base);
      this.#addRead(group, base);
    }
    this.#adopt(group, id);
  }

  #placeMatmul(id: ValueId, node: NodeOf<'matmul'>): void {
    const digits = new Digits([node.batch, node.m, node.n, node.k]);
    const group = this.#newGroup('matmul', node.size, digits);
    for (const { map } of this.#locations.destinations(id)) {
      if (!digits.add(map.extents, MATMUL_RESULT)) this.#blame(id);
    }
    node.inputs.forEach((input, side) => {
      const { base, map } = this.#roles.operand(input);
      const at = composeMaps(map, this.#locations.home(base).map);
      if (at === null || !digits.add(at.extents, side === 0 ? MATMUL_A : MATMUL_B)) {
        // A placed value is stored apart; if it is contiguous already, the view of it is.
        this.#blame(this.#isContiguous(base) ? input : base);
      }
      this.#addRead(group, base);
    });
    this.#adopt(group, id);
    for (const [sum, matmul] of this.#columnSums) {
      if (matmul !== id) continue;
      group.columnSums.push(sum);
      this.#homes[sum] = group;
      const [place] = this.#locations.destinations(sum);
      const where = place ?? this.#locations.home(sum);
      if (!digits.add(where.map.extents, [0, 2])) this.#blame(sum);
    }
  }

  /** Puts the candidate into the kernel where it costs least, or into a new one. */
  #join(candidate: Candidate): Group {
    const { value } = candidate;
    const near = this.#surroundingsOf(candidate);
    const level = [...near.groups].reduce((highest, group) => Math.max(highest, group.level + 1), 0);
    const fusable = [...near.groups]
      .filter((group) => group.kind === 'loops' || group.kind === 'matmul')
      .sort((a, b) => b.level - a.level || b.id - a.id);
    for (const group of fusable) if (this.#tryJoin(group, candidate)) return group;
    const isLast = !candidate.isCopy && this.#readers(value).length === 0;
    for (const group of this.#groupsBeside(level, isLast)) {
      const sharesReads = this.#node(value).size === 1 || [...near.leaves].some((leaf) => group.reads.has(leaf));
      if (sharesReads && !near.groups.has(group) && this.#tryJoin(group, candidate, true)) return group;
    }
    const group = this.#newLoops(candidate);
    this.#accept(group, candidate);
    return group;
  }

  /** Kernels of loops that run at this level; also later ones for what nobody waits for. */
  #groupsBeside(level: number, isLast: boolean): Group[] {
    return this.groups.filter((group) => group.kind === 'loops' && (group.level === level || (group.level > level && isLast)));
  }

  /** What a candidate would read: stored values and leaves, and the kernels of the former. */
  #surroundingsOf({ value, isCopy }: Candidate): { readonly leaves: Set<ValueId>; readonly groups: Set<Group> } {
    const leaves = new Set<ValueId>();
    const groups = new Set<Group>();
    const seen = new Set<ValueId>();
    const visit = (id: ValueId): void => {
      if (seen.has(id)) return;
      seen.add(id);
      const node = this.#node(id);
      if (this.#isThere(id)) {
        if (node.op !== 'constant') leaves.add(id);
        for (const group of this.producers(id)) groups.add(group);
      } else for (const input of inputsOf(node)) visit(input);
    };
    if (isCopy) visit(value);
    else for (const input of inputsOf(this.#node(value))) visit(input);
    return { leaves, groups };
  }

  /** Whether the value can be read: a leaf, or of a kernel that is known. */
  #isThere(id: ValueId): boolean {
    return this.#roles.of(id) === 'leaf' || this.#homes[id] !== undefined || this.#node(id).op === 'concat';
  }

  /** @param isBeside the two share nothing but what they read */
  #tryJoin(group: Group, candidate: Candidate, isBeside = false): boolean {
    const { digits } = group;
    const shape = this.#shapeIn(group, candidate);
    if (shape === null) return false;
    const probe = new Probe(this.#setting, group, shape.cols, shape.digits);
    this.#expressions(probe, candidate, shape.start);
    // A shared value that the probe asked for has joined the group meanwhile: it is not the group that was probed any more.
    if (group.digits !== digits) return this.#tryJoin(group, candidate, isBeside);
    if (probe.isRejected || probe.culprit !== null) return false;
    if (isBeside && shape.cols !== null && !this.#policy.mixesOrders && probe.digits.all().length > Math.max(2, digits.all().length))
      return false;
    const added = [...probe.inliner.asked()].filter((key) => !group.asked.has(key));
    if (group.asked.size + added.length > LARGEST_KERNEL) return false;
    const others = [...probe.producers].filter((other) => other !== group);
    const level = others.reduce((highest, other) => Math.max(highest, other.level + 1), 0);
    if (level > group.level && !this.#isOnlyReader(group, candidate)) return false;
    group.cols = shape.cols;
    this.#commit(group, probe, candidate);
    return true;
  }

  /** The digits of the group with the candidate in it, and the map from its points to the candidate's elements; null: no room. */
  #shapeIn(
    group: Group,
    { value, isCopy }: Candidate,
  ): { readonly cols: number | null; readonly digits: Digits; readonly start: IndexMap } | null {
    const node = this.#node(value);
    const { points, cols } = group;
    const isReduce = node.op === 'reduce' && !isCopy;
    const digits = group.digits.clone();
    if (group.kind === 'matmul') {
      return !isReduce && node.size === points ? { cols, digits, start: identityMap(points) } : null;
    }
    if (isReduce) {
      if (node.size * node.cols !== points || (cols !== null && cols !== node.cols)) return null;
      return this.#withRows(group, node.cols, identityMap(points));
    }
    if (node.size === points) return { cols, digits, start: identityMap(points) };
    if (cols !== null && node.size === points / cols) return { cols, digits, start: rowMap(node.size, cols) };
    if (cols === null && node.size === 1) return this.#withRows(group, points, onlyMap(points));
    return null;
  }

  #withRows({ points, cols, digits }: Group, wanted: number, start: IndexMap) {
    if (cols === wanted) return { cols, digits: digits.clone(), start };
    if (wanted > this.#policy.longestSharedRow) return null;
    const split = digits.splitInto(points / wanted, wanted);
    return split && { cols: wanted, digits: split, start };
  }

  /** Whether nothing outside of the kernel waits for its values but the candidate, and what waits for the candidate anyway. */
  #isOnlyReader(group: Group, { value, isCopy }: Candidate): boolean {
    const later = new Set(isCopy ? [] : this.#readers(value));
    const isInside = (id: ValueId): boolean =>
      (id === value && !isCopy) || this.#homes[id] === group || (later.has(id) && !this.#homes[id]);
    const readersOf = (id: ValueId): ValueId[] =>
      this.#readers(id).flatMap((reader) => (this.#node(reader).op === 'concat' ? readersOf(reader) : [reader]));
    return group.copies.length === 0 && [...group.values, ...group.columnSums].every((id) => readersOf(id).every(isInside));
  }

  #newLoops(candidate: Candidate): Group {
    const node = this.#node(candidate.value);
    if (node.op !== 'reduce' || candidate.isCopy) return this.#newGroup('loops', node.size, new Digits([node.size]));
    const group = this.#newGroup('loops', node.size * node.cols, new Digits([node.size, node.cols]));
    group.cols = node.cols;
    return group;
  }

  /** The candidate becomes the first of a new kernel. */
  #accept(group: Group, candidate: Candidate): void {
    const isReduce = this.#node(candidate.value).op === 'reduce' && !candidate.isCopy;
    const { digits } = group;
    const probe = new Probe(this.#setting, group, group.cols, digits.clone());
    this.#expressions(probe, candidate, isReduce ? rowMap(group.points / (group.cols ?? 1), group.cols ?? 1) : identityMap(group.points));
    // As in `#tryJoin`.
    if (group.digits !== digits) {
      this.#accept(group, candidate);
      return;
    }
    if (probe.culprit !== null) this.#blame(probe.culprit);
    this.#commit(group, probe, candidate);
  }

  /** Lets the probe see what the candidate would add to a kernel. */
  #expressions(probe: Probe, { value, isCopy, destinations }: Candidate, start: IndexMap): void {
    const node = this.#node(value);
    const isReduce = node.op === 'reduce' && !isCopy;
    const own = isReduce ? rowMap(node.size, node.cols) : start;
    for (const { map } of destinations) {
      const at = composeMaps(own, map);
      if (at === null || !probe.accepts(at.extents)) probe.blame(value);
    }
    if (isReduce) probe.inliner.value(node.inputs[0], identityMap(probe.points));
    else if (isCopy) probe.inliner.value(value, start);
    else probe.inliner.definition(value, start);
  }

  #commit(group: Group, probe: Probe, { value, isCopy, destinations }: Candidate): void {
    group.digits = probe.digits;
    for (const key of probe.inliner.asked()) group.asked.add(key);
    for (const read of probe.reads) this.#addRead(group, read);
    for (const shared of probe.adopted) this.#adopt(group, shared);
    if (isCopy) group.copies.push({ value, destinations });
    else this.#adopt(group, value);
  }

  /** Makes sure that a shared value can be read by a kernel that cannot hold it. */
  ensure(id: ValueId): void {
    if (!this.#homes[id]) this.#join({ value: id, isCopy: false, destinations: this.#locations.destinations(id) });
  }

  #adopt(group: Group, id: ValueId): void {
    group.values.push(id);
    this.#homes[id] = group;
  }

  #addRead(group: Group, id: ValueId): void {
    if (this.#homes[id] === group) return;
    group.reads.add(id);
    for (const producer of this.producers(id)) group.level = Math.max(group.level, producer.level + 1);
  }

  /** Whether a value can be read as a plain array; a constant of one number is spread by its reader. */
  #isContiguous(id: ValueId): boolean {
    return this.#roles.of(id) === 'leaf' || isWhole(this.#locations.home(id).map, this.#node(id).size);
  }

  #newGroup(kind: Group['kind'], points: number, digits: Digits): Group {
    const id = this.groups.length;
    const group: Group = {
      id,
      kind,
      points,
      cols: null,
      digits,
      level: 0,
      values: [],
      copies: [],
      reads: new Set(),
      asked: new Set(),
      columnSums: [],
    };
    this.groups.push(group);
    return group;
  }

  /** Remembers for the next attempt that a value must be stored, or stored in one piece. */
  #blame(id: ValueId): void {
    (this.#roles.of(id) === 'stored' ? this.#decisions.contiguous : this.#decisions.stored).add(id);
  }

  #node(id: ValueId): GraphNode {
    return this.#graph.nodes[id] as GraphNode;
  }
}
