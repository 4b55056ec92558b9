import type { SharedProgram } from '../../kernels/compiler/wasm/wasm-program.ts';
import { ThreadTeam } from './thread-team.ts';

/** What a helper thread is sent: a program, and its place in the team that makes it. */
export interface ThreadJob {
  readonly program: SharedProgram;
  readonly control: SharedArrayBuffer;
  readonly threads: number;
  readonly thread: number;
}

/** A helper thread that waits for jobs. */
export interface HelperThread {
  /** Resolves once the thread has the program and waits for its first step; rejects if it cannot have it. */
  attach(job: ThreadJob): Promise<void>;
  terminate(): void;
}

/** Multiply-adds per step and thread from which another thread makes up for meeting at the end of every step: some 0.2 ms of work. */
const OPERATIONS_PER_THREAD = 2e6;

/** The threads of a runtime. Helpers are started when the first program wants them, and serve one program at a time. */
export class Threads {
  /** Most threads of a team, the caller's included. */
  readonly count: number;
  readonly #spawn: () => Promise<HelperThread>;
  readonly #operationsPerThread: number;
  #helpers: Promise<readonly HelperThread[]> | null = null;
  #isTaken = false;

  constructor(count: number, spawn: () => Promise<HelperThread>, operationsPerThread = OPERATIONS_PER_THREAD) {
    this.count = count;
    this.#spawn = spawn;
    this.#operationsPerThread = operationsPerThread;
  }

  /** How many threads a step of that many runs is worth. @param operations of one run's step */
  wanted(runs: number, operations: number): number {
    return Math.max(1, Math.min(this.count, runs, Math.floor((runs * operations) / this.#operationsPerThread)));
  }

  /**
   * A team of that many threads for a program with `runs` runs, or null while the helpers are with another program. The program needs shared
   * memory and an arena per thread.
   */
  async team(program: SharedProgram, threads: number, runs: number): Promise<ThreadTeam | null> {
    if (this.#isTaken) return null;
    this.#isTaken = true;
    this.#helpers ??= Promise.all(Array.from({ length: this.count - 1 }, this.#spawn));
    try {
      const helpers = await this.#helpers;
      const control = ThreadTeam.control(threads, runs);
      await Promise.all(
        helpers.slice(0, threads - 1).map((helper, index) => helper.attach({ program, control, threads, thread: index + 1 })),
      );
      return new ThreadTeam(control, threads, Object.keys(program.layout.entries), () => {
        this.#isTaken = false;
      });
    } catch (error) {
      this.#isTaken = false;
      throw error;
    }
  }

  dispose(): void {
    // What did not start was reported where a team was asked for.
    this.#helpers?.then(
      (helpers) => {
        for (const helper of helpers) helper.terminate();
      },
      () => {},
    );
  }
}
