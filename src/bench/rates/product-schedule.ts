import { GraphBuilder } from '../../kernels/compiler/graph-builder.ts';
import { scheduleGraph } from '../../kernels/compiler/schedule/schedule-graph.ts';
import type { Schedule, SchedulePolicy } from '../../kernels/compiler/schedule.ts';

/** One matrix product (m, k) x (k, n). */
export interface ProductShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

export const multiplyAdds = ({ m, n, k }: ProductShape): number => m * n * k;

/** Large enough that launching, edges and memory do not count. */
export const LARGE_PRODUCT: ProductShape = { m: 512, n: 512, k: 512 };

/** A schedule that is one product of two inputs and nothing else. */
export function productSchedule({ m, n, k }: ProductShape, policy: SchedulePolicy): Schedule {
  const builder = new GraphBuilder();
  const a = builder.input('a', m * k, 'float32', 'run');
  const b = builder.input('b', k * n, 'float32', 'run');
  return scheduleGraph(builder.finish({ c: builder.matmul(a, b, { batch: 1, m, n, k }) }), policy);
}
