import type { ClassChoices } from './adapter-class.ts';
import type { Ports } from './ports.ts';
import type { Scope } from './scope.ts';

/**
 * One dispatch's work, or a part of it, as a WGSL function of `group: u32` (its workgroup of a run), `lane: u32` (thread in the workgroup)
 * and `run: u32`.
 */
export interface KernelBody {
  readonly label: string;
  /** Threads of a workgroup. */
  readonly workgroup: number;
  /** Workgroups per run. */
  readonly workgroups: number;
  /** Writes the function's body. Called more than once; the text must be the same but for what `ports` decides. */
  write(root: Scope, ports: Ports): void;
}

/** Name of the workgroup's shared array of one f32 per thread. */
export const SHARED = 'lanes';

/** A body with a thread per point; `write` gets the thread's number as an i32. Threads beyond the last point return. */
export function pointsBody(
  label: string,
  points: number,
  { workgroup: most, fewThreads }: ClassChoices,
  write: (root: Scope, ports: Ports, thread: string) => void,
): KernelBody {
  const workgroup = points < fewThreads ? QUAD : most;
  return {
    label,
    workgroup,
    workgroups: Math.ceil(points / workgroup),
    write: (root, ports) => {
      const thread = root.let(`i32(group) * ${workgroup} + i32(lane)`);
      if (points % workgroup !== 0) root.line(`if (${thread} >= ${points}) { return; }`);
      write(root, ports, thread);
    },
  };
}

/** Threads that some adapters have in one SIMD register: neighbours in a workgroup. */
export const QUAD = 4;
