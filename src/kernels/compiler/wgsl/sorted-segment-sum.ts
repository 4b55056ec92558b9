import type { SegmentSumKernel } from '../schedule.ts';
import type { ClassChoices } from './adapter-class.ts';
import type { Digit } from './digits.ts';
import { readOperand } from './evaluator.ts';
import type { KernelBody } from './kernel-body.ts';
import type { Scope } from './scope.ts';
import { segmentRowsBody } from './segment-rows.ts';

/**
 * Each thread adds, row by row of its own, the values that the row's list names, in the order of the list. The additions and their order are
 * those of indices that are not sorted, but no thread reads an entry of another row.
 */
export function sortedSegmentSumBody(kernel: SegmentSumKernel, choices: ClassChoices): KernelBody {
  const { rows, values, indices: lists } = kernel;
  const ownersFor = (units: number): number => Math.min(rows, Math.max(1, Math.floor(choices.segmentThreads / units)));
  return segmentRowsBody(kernel, ownersFor, choices, ({ root, ports, place, lanes, each, store, zero }) => {
    const listed = (scope: Scope, at: Digit): string =>
      readOperand({ ports, root, scope, point: { digits: [at], vector: -1 } }, lists).text;
    each((scope, row) => {
      const [first, end] = [listed(scope, row), listed(scope, { ...row, plus: 1 })];
      const sum = scope.name('s');
      scope.line(`var ${sum} = ${zero};`);
      const entry = scope.name('i');
      scope.block(`for (var ${entry} = ${first}; ${entry} < ${end}; ${entry}++)`, (inner) => {
        const number = listed(inner, { base: entry, scope: inner, plus: rows + 1 });
        inner.line(`${sum} += ${lanes(readOperand(place(inner, { base: number, scope: inner, plus: 0 }), values))};`);
      });
      store(place(scope, row), sum);
    });
  });
}
