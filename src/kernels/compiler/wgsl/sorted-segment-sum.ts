import type { SegmentSumKernel } from '../schedule.ts';
import type { ClassChoices } from './adapter-class.ts';
import { type Digit, type Point, splitIndex } from './digits.ts';
import { Evaluator, NOTHING_AROUND, type Place, readOperand, splat } from './evaluator.ts';
import { type KernelBody, threadIndex } from './kernel-body.ts';
import type { Scope } from './scope.ts';

/**
 * Each thread owns a row of the target, and up to 4 columns of it: it adds the values that the row's list names, in the order of the list.
 * The additions and their order are those of indices that are not sorted, but no thread reads an entry of another row.
 */
export function sortedSegmentSumBody(kernel: SegmentSumKernel, choices: ClassChoices): KernelBody {
  const { rows, rowSize, values, indices: lists, target } = kernel;
  const width = rowSize % 4 === 0 ? 4 : 1;
  const units = rowSize / width;
  const threads = rows * units;
  return {
    label: kernel.label,
    workgroups: Math.ceil(threads / choices.workgroup),
    write: (root, ports) => {
      const t = threadIndex(root, threads, choices);
      const [row, unit] = splitIndex(root, t, [rows, units]) as [Digit, Digit];
      const column: Digit = unit.base === null || width === 1 ? unit : { ...unit, base: root.let(`${unit.base} * 4`) };
      const place = (scope: Scope, own: Digit): Place => ({
        ports,
        root,
        scope,
        point: { digits: [own, column], vector: width === 4 ? 1 : -1 } satisfies Point,
      });
      const listed = (scope: Scope, at: Digit): string =>
        readOperand({ ports, root, scope, point: { digits: [at], vector: -1 } }, lists).text;

      const [first, end] = [listed(root, row), listed(root, { ...row, plus: 1 })];
      const sum = root.name('s');
      root.line(`var ${sum} = ${width === 4 ? 'vec4f(0.0)' : '0.0'};`);
      const entry = root.name('i');
      root.block(`for (var ${entry} = ${first}; ${entry} < ${end}; ${entry}++)`, (scope) => {
        const number = listed(scope, { base: entry, scope, plus: rows + 1 });
        const value = readOperand(place(scope, { base: number, scope, plus: 0 }), values);
        scope.line(`${sum} += ${width === 4 ? splat(value) : value.text};`);
      });
      const accumulator = { text: sum, dtype: 'float32', width, scope: root } as const;
      new Evaluator([{ kind: 'accumulator', dtype: 'float32' }], place(root, row), { ...NOTHING_AROUND, accumulator }).store({
        ...target,
        value: 0,
      });
    },
  };
}
