import type { GraphNode } from '../../graph.ts';
import { interpret } from '../../interpret.ts';
import type { Segment } from '../../wasm/memory-layout.ts';
import type { OptimizerProgram } from '../compiled-runner.ts';
import type { InPlaceGraph } from '../optimizer-graph.ts';

/** A program executed by the float64 interpreter, its memory in float64 too. */
export class InterpretedProgram implements OptimizerProgram {
  readonly #parts: Readonly<Record<string, InPlaceGraph>>;
  readonly #entries: Readonly<Record<string, readonly Segment[]>>;
  readonly #memory = new Map<string, Float64Array>();
  readonly #shared = new Set<string>();

  constructor(parts: Readonly<Record<string, InPlaceGraph>>, entries: Readonly<Record<string, readonly Segment[]>>) {
    this.#parts = parts;
    this.#entries = entries;
    this.#eachRun(Object.values(entries).flat(), (part, run) => {
      const { graph, inPlace } = this.#part(part);
      for (const node of graph.nodes) if (node.op === 'input') this.#declare(node.name, run, node, node.owner === 'shared');
      for (const [output, id] of Object.entries(graph.outputs)) {
        this.#declare(inPlace[output] ?? output, run, graph.nodes[id] as GraphNode, false);
      }
    });
  }

  float32(name: string, run = 0): Float64Array {
    const values = this.#memory.get(this.#key(name, run));
    if (!values) throw new Error(`The program has no "${name}" of run ${run}.`);
    return values;
  }

  int32(name: string, run = 0): Float64Array {
    return this.float32(name, run);
  }

  call(entry: string): void {
    this.#eachRun(this.#entries[entry] ?? [], (part, run) => {
      const { graph, inPlace } = this.#part(part);
      const names = graph.nodes.flatMap((node) => (node.op === 'input' ? [node.name] : []));
      const outputs = interpret(graph, Object.fromEntries(names.map((name) => [name, this.float32(name, run)])));
      for (const [output, values] of Object.entries(outputs)) this.float32(inPlace[output] ?? output, run).set(values);
    });
  }

  #eachRun(segments: readonly Segment[], visit: (part: string, run: number) => void): void {
    for (const { firstRun, runs, parts } of segments) {
      for (let run = firstRun; run < firstRun + runs; run++) for (const part of parts) visit(part, run);
    }
  }

  #part(name: string): InPlaceGraph {
    const part = this.#parts[name];
    if (!part) throw new Error(`There is no part "${name}".`);
    return part;
  }

  #declare(name: string, run: number, { size }: { readonly size: number }, isShared: boolean): void {
    if (isShared) this.#shared.add(name);
    const key = this.#key(name, run);
    const known = this.#memory.get(key);
    if (known && known.length !== size) throw new Error(`"${name}" has ${known.length} elements in one part and ${size} in another.`);
    if (!known) this.#memory.set(key, new Float64Array(size));
  }

  #key(name: string, run: number): string {
    return this.#shared.has(name) ? name : `${name} of run ${run}`;
  }
}
