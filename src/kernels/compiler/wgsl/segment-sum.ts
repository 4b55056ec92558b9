import type { SegmentSumKernel } from '../schedule.ts';
import type { ClassChoices } from './adapter-class.ts';
import { type Digit, type Point, splitIndex } from './digits.ts';
import { Evaluator, readOperand, splat } from './evaluator.ts';
import { type KernelBody, threadIndex } from './kernel-body.ts';

/**
 * One thread per target row and up to 4 columns: it reads all indices in order and adds the values whose index is its row. No two threads
 * write to one place, so the order of additions is that of the list.
 */
export function segmentSumBody(kernel: SegmentSumKernel, choices: ClassChoices): KernelBody {
  const { count, rows, rowSize, values, indices, target } = kernel;
  const width = rowSize % 4 === 0 ? 4 : 1;
  const threads = (rows * rowSize) / width;
  return {
    label: kernel.label,
    workgroups: Math.ceil(threads / choices.workgroup),
    write: (root, ports) => {
      const t = threadIndex(root, threads, choices);
      const [row, unit] = splitIndex(root, t, [rows, rowSize / width]) as [Digit, Digit];
      const column: Digit = unit.base === null || width === 1 ? unit : { ...unit, base: root.let(`${unit.base} * 4`) };
      const vector = width === 4 ? 1 : -1;
      const sum = root.name('s');
      const i = root.name('i');
      root.line(`var ${sum} = ${width === 4 ? 'vec4f(0.0)' : '0.0'};`);
      root.block(`for (var ${i} = 0; ${i} < ${count}; ${i}++)`, (scope) => {
        const entry: Digit = { base: i, scope, plus: 0 };
        const index = readOperand({ ports, root, scope, point: { digits: [entry], vector: -1 } }, indices);
        scope.block(`if (${index.text} == ${row.base ?? '0'})`, (inner) => {
          const value = readOperand({ ports, root, scope: inner, point: { digits: [entry, column], vector } }, values, true);
          inner.line(`${sum} += ${width === 4 ? splat(value) : value.text};`);
        });
      });
      const point: Point = { digits: [row, column], vector };
      const accumulator = { text: sum, dtype: 'float32' as const, width: width as 1 | 4, scope: root };
      new Evaluator(
        [{ kind: 'accumulator', dtype: 'float32' }],
        { ports, root, scope: root, point },
        {
          written: new Set(),
          reduced: [],
          accumulator,
        },
      ).store({ buffer: target.buffer, at: target.at, value: 0 });
    },
  };
}
