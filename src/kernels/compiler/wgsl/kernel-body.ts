import type { ClassChoices } from './adapter-class.ts';
import type { Ports } from './ports.ts';
import type { Scope } from './scope.ts';

/**
 * One dispatch's work, or a part of it, as a WGSL function of `group: u32` (its workgroup of a run), `lane: u32` (thread in the workgroup)
 * and `run: u32`.
 */
export interface KernelBody {
  readonly label: string;
  /** Workgroups per run. */
  readonly workgroups: number;
  /** Writes the function's body. Called more than once; the text must be the same but for what `ports` decides. */
  write(root: Scope, ports: Ports): void;
}

/** Name of the workgroup's shared array of one f32 per thread. */
export const SHARED = 'lanes';

/** Starts a body with one thread per point: the thread's number as an i32; threads beyond the last point return. */
export function threadIndex(root: Scope, points: number, { workgroup }: ClassChoices): string {
  const t = root.let(`i32(group) * ${workgroup} + i32(lane)`);
  if (points % workgroup !== 0) root.line(`if (${t} >= ${points}) { return; }`);
  return t;
}
