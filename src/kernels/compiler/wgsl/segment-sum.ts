import type { SegmentSumKernel } from '../schedule.ts';
import type { ClassChoices } from './adapter-class.ts';
import { type Digit, type Point, splitIndex } from './digits.ts';
import { Evaluator, type Place, readOperand, splat, type Value } from './evaluator.ts';
import { type KernelBody, threadIndex } from './kernel-body.ts';
import type { Scope } from './scope.ts';

const LANES = ['x', 'y', 'z', 'w'];

/**
 * Each thread owns some rows of the target, and up to 4 columns of them: those whose number has the same last bits. It fills them with zeros,
 * then goes through all indices in order and adds the values whose row it owns. No two threads write to one place, so the order of additions
 * is that of the list, however many threads there are; and reading indices costs a thread the same for many rows as for one.
 */
export function segmentSumBody(kernel: SegmentSumKernel, choices: ClassChoices): KernelBody {
  const { count, rows, rowSize, values, indices, target } = kernel;
  const width = rowSize % 4 === 0 ? 4 : 1;
  const units = rowSize / width;
  const owners = ownersOf(rows, units, choices);
  const threads = owners * units;
  return {
    label: kernel.label,
    workgroups: Math.ceil(threads / choices.workgroup),
    write: (root, ports) => {
      const t = threadIndex(root, threads, choices);
      const [owner, unit] = splitIndex(root, t, [owners, units]) as [Digit, Digit];
      const column: Digit = unit.base === null || width === 1 ? unit : { ...unit, base: root.let(`${unit.base} * 4`) };
      const own = owner.base ?? '0';
      const at = (scope: Scope, row: Digit): Place => ({
        ports,
        root,
        scope,
        point: { digits: [row, column], vector: width === 4 ? 1 : -1 } satisfies Point,
      });
      const store = (place: Place, text: string): void => {
        const accumulator: Value = { text, dtype: 'float32', width, scope: place.scope };
        new Evaluator([{ kind: 'accumulator', dtype: 'float32' }], place, { written: new Set(), reduced: [], accumulator }).store({
          ...target,
          value: 0,
        });
      };

      const row = root.name('r');
      root.block(`for (var ${row} = ${own}; ${row} < ${rows}; ${row} += ${owners})`, (scope) => {
        store(at(scope, { base: row, scope, plus: 0 }), scope.let(width === 4 ? 'vec4f(0.0)' : '0.0'));
      });

      const first = root.name('i');
      const together = count % 4 === 0 ? 4 : 1;
      root.block(`for (var ${first} = 0; ${first} < ${count}; ${first} += ${together})`, (scope) => {
        const entries: Point = { digits: [{ base: first, scope, plus: 0 }], vector: together === 4 ? 0 : -1 };
        const found = readOperand({ ports, root, scope, point: entries }, indices);
        for (let lane = 0; lane < together; lane++) {
          const index = found.width === 4 ? scope.let(`${found.text}.${LANES[lane]}`) : found.text;
          // Beyond the rows there is nothing to add to.
          scope.block(`if ((${index} & ${owners - 1}) == ${own} && u32(${index}) < ${rows}u)`, (inner) => {
            const sum = at(inner, { base: index, scope: inner, plus: 0 });
            const old = readOperand(sum, target, true);
            const value = readOperand(at(inner, { base: first, scope, plus: lane }), values, true);
            const lanes = (one: Value): string => (width === 4 ? splat(one) : one.text);
            store(sum, inner.fresh(`${lanes(old)} + ${lanes(value)}`));
          });
        }
      });
    },
  };
}

/** How many threads share the rows: a power of two, so that the last bits of a number tell whose it is. */
function ownersOf(rows: number, units: number, { splitThreads }: ClassChoices): number {
  const wanted = Math.min(rows, Math.max(1, Math.floor(splitThreads / units)));
  return 2 ** Math.ceil(Math.log2(wanted));
}
