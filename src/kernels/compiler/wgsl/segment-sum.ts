import type { SegmentSumKernel } from '../schedule.ts';
import type { ClassChoices } from './adapter-class.ts';
import type { Point } from './digits.ts';
import { readOperand } from './evaluator.ts';
import type { KernelBody } from './kernel-body.ts';
import { segmentRowsBody } from './segment-rows.ts';

const LANES = ['x', 'y', 'z', 'w'];

/**
 * Each thread fills its rows with zeros, then goes through all indices in order and adds the values whose row it owns. So the order of
 * additions is that of the list, however many threads there are; and reading indices costs a thread the same for many rows as for one.
 */
export function segmentSumBody(kernel: SegmentSumKernel, choices: ClassChoices): KernelBody {
  const { count, rows, values, indices, target } = kernel;
  const ownersFor = (units: number): number => ownersOf(rows, units, choices);
  return segmentRowsBody(kernel, ownersFor, choices, ({ root, ports, owners, owner, place, lanes, each, store, zero }) => {
    each((scope, row) => store(place(scope, row), scope.let(zero)));
    const first = root.name('i');
    const together = count % 4 === 0 ? 4 : 1;
    root.block(`for (var ${first} = 0; ${first} < ${count}; ${first} += ${together})`, (scope) => {
      const entries: Point = { digits: [{ base: first, scope, plus: 0 }], vector: together === 4 ? 0 : -1 };
      const found = readOperand({ ports, root, scope, point: entries }, indices);
      for (let lane = 0; lane < together; lane++) {
        const index = found.width === 4 ? scope.let(`${found.text}.${LANES[lane]}`) : found.text;
        // Beyond the rows there is nothing to add to.
        scope.block(`if ((${index} & ${owners - 1}) == ${owner} && u32(${index}) < ${rows}u)`, (inner) => {
          const sum = place(inner, { base: index, scope: inner, plus: 0 });
          const old = readOperand(sum, target, true);
          const value = readOperand(place(inner, { base: first, scope, plus: lane }), values, true);
          store(sum, inner.fresh(`${lanes(old)} + ${lanes(value)}`));
        });
      }
    });
  });
}

/** How many threads share the rows: a power of two, so that the last bits of a number tell whose it is. */
function ownersOf(rows: number, units: number, { splitThreads }: ClassChoices): number {
  const wanted = Math.min(rows, Math.max(1, Math.floor(splitThreads / units)));
  return 2 ** Math.ceil(Math.log2(wanted));
}
