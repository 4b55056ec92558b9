import type { SegmentSumKernel } from '../schedule.ts';
import type { ClassChoices } from './adapter-class.ts';
import { type Digit, type Point, splitIndex } from './digits.ts';
import { Evaluator, NOTHING_AROUND, type Place, readOperand, splat } from './evaluator.ts';
import { type KernelBody, threadIndex } from './kernel-body.ts';
import type { Scope } from './scope.ts';

/**
 * Each thread owns some rows of the target, and up to 4 columns of them: it adds the values that a row's list names, in the order of the list.
 * The additions and their order are those of indices that are not sorted, but no thread reads an entry of another row.
 */
export function sortedSegmentSumBody(kernel: SegmentSumKernel, choices: ClassChoices): KernelBody {
  const { rows, rowSize, values, indices: lists, target } = kernel;
  const width = rowSize % 4 === 0 ? 4 : 1;
  const units = rowSize / width;
  const owners = Math.min(rows, Math.max(1, Math.floor(choices.segmentThreads / units)));
  const threads = owners * units;
  return {
    label: kernel.label,
    workgroups: Math.ceil(threads / choices.workgroup),
    write: (root, ports) => {
      const t = threadIndex(root, threads, choices);
      const [owner, unit] = splitIndex(root, t, [owners, units]) as [Digit, Digit];
      const column: Digit = unit.base === null || width === 1 ? unit : { ...unit, base: root.let(`${unit.base} * 4`) };
      const place = (scope: Scope, own: Digit): Place => ({
        ports,
        root,
        scope,
        point: { digits: [own, column], vector: width === 4 ? 1 : -1 } satisfies Point,
      });
      const listed = (scope: Scope, at: Digit): string =>
        readOperand({ ports, root, scope, point: { digits: [at], vector: -1 } }, lists).text;

      const row = root.name('r');
      root.block(`for (var ${row} = ${owner.base ?? '0'}; ${row} < ${rows}; ${row} += ${owners})`, (each) => {
        const own: Digit = { base: row, scope: each, plus: 0 };
        const [first, end] = [listed(each, own), listed(each, { ...own, plus: 1 })];
        const sum = each.name('s');
        each.line(`var ${sum} = ${width === 4 ? 'vec4f(0.0)' : '0.0'};`);
        const entry = each.name('i');
        each.block(`for (var ${entry} = ${first}; ${entry} < ${end}; ${entry}++)`, (scope) => {
          const number = listed(scope, { base: entry, scope, plus: rows + 1 });
          const value = readOperand(place(scope, { base: number, scope, plus: 0 }), values);
          scope.line(`${sum} += ${width === 4 ? splat(value) : value.text};`);
        });
        const accumulator = { text: sum, dtype: 'float32', width, scope: each } as const;
        new Evaluator([{ kind: 'accumulator', dtype: 'float32' }], place(each, own), { ...NOTHING_AROUND, accumulator }).store({
          ...target,
          value: 0,
        });
      });
    },
  };
}
