import type { Graph } from '../graph.ts';
import { scheduleGraph } from '../schedule/schedule-graph.ts';
import { firstDifference } from '../schedule/testing/run-planned.ts';
import type { Schedule, SchedulePolicy } from '../schedule.ts';
import { programText, traceProgram } from './build-program.ts';
import { assertWithinBounds } from './compare.ts';
import { type Bounded, interpretWithBounds } from './error-bounds.ts';
import { inputValues, type RandomProgram } from './random-program.ts';

/** Float32 results of one run by the names of the schedule's externals. */
export type RunResults = Readonly<Record<string, ArrayLike<number>>>;

/** A random program, scheduled, with inputs and expected outputs of its runs. */
export class ProgramCase {
  readonly schedule: Schedule;
  readonly inputs: readonly Readonly<Record<string, Float32Array | Int32Array>>[];
  /** Outputs of each run by name. */
  readonly wanted: readonly Readonly<Record<string, Bounded>>[];
  readonly #program: RandomProgram;
  readonly #inPlace: Readonly<Record<string, string>>;

  /** @param rewrite what a generator does to graphs before they are scheduled */
  constructor(program: RandomProgram, policy: SchedulePolicy, runs: number, rewrite = (graph: Graph): Graph => graph) {
    const { graph, inPlace } = traceProgram(program);
    this.#program = program;
    this.#inPlace = inPlace;
    this.schedule = scheduleGraph(rewrite(graph), policy, { inPlace });
    this.inputs = Array.from({ length: runs }, (_, run) => inputValues(program, run + 1));
    this.wanted = this.inputs.map((values) => interpretWithBounds(graph, values));
  }

  /** Throws unless every element of every output of a run lies within its bound. */
  assertResults(found: RunResults, run: number): void {
    assertWithinBounds(
      (name) => this.#resultOf(found, run, name),
      this.wanted[run] ?? {},
      () => `in run ${run} of\n${programText(this.#program)}`,
    );
  }

  /** Throws unless the results of one run, computed in two ways, have the same bits. */
  assertSameBits(found: RunResults, other: RunResults, run: number): void {
    for (const name of Object.keys(this.wanted[run] ?? {})) {
      const difference = firstDifference(this.#resultOf(found, run, name), this.#resultOf(other, run, name));
      if (difference !== null) throw new Error(`${name} of run ${run}: ${difference}\n${programText(this.#program)}`);
    }
  }

  /** An output that is the input it replaces is not in the schedule at all. */
  #resultOf(found: RunResults, run: number, name: string): ArrayLike<number> {
    const target = this.#inPlace[name] ?? name;
    return found[target] ?? this.inputs[run]?.[target] ?? [];
  }
}
