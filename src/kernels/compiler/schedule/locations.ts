import { type Graph, type GraphNode, inputsOf, type NodeOf, type ValueId } from '../graph.ts';
import { composeMaps, identityMap } from '../index-map.ts';
import type { BufferId } from '../schedule.ts';
import { Buffers, type Location } from './buffers.ts';
import { onlyMap, pieceMap } from './maps.ts';
import type { Decisions, ScheduleOptions } from './options.ts';
import type { Roles } from './roles.ts';

/** A value to be copied to places where its own kernel could not write it. */
export interface Copy {
  readonly value: ValueId;
  readonly destinations: readonly Location[];
}

/** An output that is written over an input. */
export interface Replacement {
  readonly output: string;
  readonly value: ValueId;
  readonly input: ValueId;
  readonly buffer: BufferId;
}

/**
 * Where values are stored. The pieces of a concat are written straight into their part of the whole, and outputs into their buffers;
 * everything else that is stored lives in the arena.
 */
export class Locations {
  readonly buffers = new Buffers();
  readonly #graph: Graph;
  readonly #roles: Roles;
  readonly #options: ScheduleOptions;
  readonly #decisions: Decisions;
  readonly #inputs = new Map<string, NodeOf<'input'>>();
  readonly #outputsOf = new Map<ValueId, string[]>();
  readonly #direct = new Map<ValueId, readonly Location[]>();
  readonly #homes = new Map<ValueId, Location>();

  constructor(graph: Graph, roles: Roles, options: ScheduleOptions, decisions: Decisions) {
    this.#graph = graph;
    this.#roles = roles;
    this.#options = options;
    this.#decisions = decisions;
    for (const node of graph.nodes) if (node.op === 'input') this.#inputs.set(node.name, node);
    const targets = new Set<string>();
    for (const [name, id] of Object.entries(graph.outputs)) {
      const target = this.replacedInput(name) ?? name;
      if (targets.has(target)) throw new Error(`two outputs are written to "${target}"`);
      targets.add(target);
      this.#outputsOf.set(id, [...(this.#outputsOf.get(id) ?? []), name]);
    }
  }

  /** Name of the input that an output is written over, or null. */
  replacedInput(output: string): string | null {
    const name = this.#options.inPlace?.[output] ?? (this.#inputs.has(output) ? output : null);
    if (name === null) return null;
    const input = this.#inputs.get(name);
    const value = this.#node(this.#graph.outputs[output] as ValueId);
    if (input === undefined) throw new Error(`output "${output}" would replace "${name}", but the graph has no input "${name}"`);
    if (input.owner === 'shared') throw new Error(`output "${output}" would replace "${name}", which all runs share`);
    if (input.size !== value.size) throw new Error(`output "${output}" has ${value.size} elements, "${name}" ${input.size}`);
    return name;
  }

  /** Everywhere the value's own kernel writes it; the first is where it is read. Empty: only others of its kernel need it. */
  destinations(id: ValueId): readonly Location[] {
    const known = this.#direct.get(id);
    if (known) return known;
    const wanted = this.#roles.of(id) === 'leaf' ? [] : [...this.#outputs(id), ...this.#places(id)];
    const kept = this.#isOneOnly(id) && wanted.length > 1 ? [] : wanted;
    this.#direct.set(id, kept);
    return kept;
  }

  /** Where others read the value. */
  home(id: ValueId): Location {
    const known = this.#homes.get(id);
    if (known) return known;
    const home = this.#leafHome(id) ?? this.destinations(id)[0] ?? this.#arenaHome(id);
    this.#homes.set(id, home);
    return home;
  }

  /** Pieces of a concat that their own kernels do not write. */
  pieceCopies(id: ValueId, concat: NodeOf<'concat'>): readonly Copy[] {
    return concat.inputs.flatMap((piece, index) => {
      if (this.#isPlaced(piece)) return [];
      const map = pieceMap(concat.outer, concat.inner, index);
      const destinations = this.#wholes(id).flatMap(({ buffer, map: whole }): Location[] => {
        const at = composeMaps(map, whole);
        if (at === null) this.#decisions.contiguous.add(id);
        return at === null || (this.#isZero(piece) && this.#isZeroInitialized(buffer)) ? [] : [{ buffer, map: at }];
      });
      return destinations.length > 0 ? [{ value: piece, destinations }] : [];
    });
  }

  /** Outputs that the kernels of their values do not write. */
  outputCopies(): readonly Copy[] {
    return Object.entries(this.#graph.outputs).flatMap(([name, value]) => {
      const place = this.#outputLocation(name);
      const isWritten = this.destinations(value).some(({ buffer }) => buffer === place.buffer);
      return isWritten ? [] : [{ value, destinations: [place] }];
    });
  }

  /** Buffers of inputs that are written, with the outputs written there. */
  replacements(): readonly Replacement[] {
    return Object.entries(this.#graph.outputs).flatMap(([output, value]) => {
      const name = this.replacedInput(output);
      if (name === null) return [];
      return [{ output, value, input: this.#graph.nodes.indexOf(this.#inputs.get(name) as GraphNode), buffer: this.#outputBuffer(output) }];
    });
  }

  #outputs(id: ValueId): Location[] {
    const names = (this.#outputsOf.get(id) ?? []).filter((name) => !this.#decisions.viaTemporary.has(name));
    return names.map((name) => this.#outputLocation(name));
  }

  #outputLocation(name: string): Location {
    return { buffer: this.#outputBuffer(name), map: identityMap(this.#node(this.#graph.outputs[name] as ValueId).size) };
  }

  #outputBuffer(name: string): number {
    const node = this.#node(this.#graph.outputs[name] as ValueId);
    return this.buffers.external(this.replacedInput(name) ?? name, node.size, node.dtype, 'run');
  }

  /** Places in the concats that the value is a piece of. */
  #places(id: ValueId): Location[] {
    if (!this.#isPlaced(id)) return [];
    return [...new Set(this.#roles.consumers[id])].flatMap((reader) => {
      const concat = this.#node(reader);
      if (concat.op !== 'concat') return [];
      return concat.inputs.flatMap((piece, index) => {
        if (piece !== id) return [];
        const map = pieceMap(concat.outer, concat.inner, index);
        return this.#wholes(reader).flatMap(({ buffer, map: whole }): Location[] => {
          const at = composeMaps(map, whole);
          if (at === null) this.#decisions.contiguous.add(id);
          return at === null ? [] : [{ buffer, map: at }];
        });
      });
    });
  }

  /** Whether the kernel of a piece writes it into its part of the concat. */
  #isPlaced(id: ValueId): boolean {
    if (this.#roles.of(id) === 'leaf' || this.#decisions.contiguous.has(id)) return false;
    return !this.#isOneOnly(id) || (this.#node(id).op === 'segmentSum' && this.#isPartOfOneThing(id));
  }

  /** Kernels that write to one place; a custom one to a buffer of its own. */
  #isOneOnly(id: ValueId): boolean {
    const { op } = this.#node(id);
    return op === 'custom' || op === 'segmentSum';
  }

  /** No output, and once a piece of one concat that is stored once. */
  #isPartOfOneThing(id: ValueId): boolean {
    const wholes = this.#roles.consumers[id]?.filter((reader) => this.#node(reader).op === 'concat') ?? [];
    const [whole, ...others] = wholes;
    if (whole === undefined || others.length > 0 || this.#outputsOf.has(id)) return false;
    const pieces = inputsOf(this.#node(whole)).filter((piece) => piece === id);
    return pieces.length === 1 && this.#wholes(whole).length === 1;
  }

  #wholes(concat: ValueId): readonly Location[] {
    const places = this.destinations(concat);
    return places.length > 0 ? places : [this.home(concat)];
  }

  #leafHome(id: ValueId): Location | null {
    const node = this.#node(id);
    if (node.op === 'input')
      return { buffer: this.buffers.external(node.name, node.size, node.dtype, node.owner), map: identityMap(node.size) };
    if (node.op !== 'constant') return null;
    const map = node.values.length === 1 ? onlyMap(node.size) : identityMap(node.size);
    return { buffer: this.buffers.constant(node.values, node.dtype), map };
  }

  #arenaHome(id: ValueId): Location {
    const { size, dtype } = this.#node(id);
    return { buffer: this.buffers.arena(size, dtype), map: identityMap(size) };
  }

  #isZero(id: ValueId): boolean {
    const node = this.#node(id);
    return node.op === 'constant' && node.values.every((value) => value === 0);
  }

  #isZeroInitialized(buffer: number): boolean {
    const { storage } = this.buffers.get(buffer);
    return storage.kind === 'external' && (this.#options.zeroInitialized?.includes(storage.name) ?? false);
  }

  #node(id: ValueId): GraphNode {
    return this.#graph.nodes[id] as GraphNode;
  }
}
