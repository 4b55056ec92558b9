import type { SegmentSumKernel } from '../schedule.ts';
import type { ClassChoices } from './adapter-class.ts';
import { type Digit, type Point, splitIndex } from './digits.ts';
import { Evaluator, NOTHING_AROUND, type Place, splat, type Value } from './evaluator.ts';
import { type KernelBody, pointsBody } from './kernel-body.ts';
import type { Ports } from './ports.ts';
import type { Scope } from './scope.ts';

/** What a thread of a segment sum works with. */
export interface OwnedRows {
  readonly root: Scope;
  readonly ports: Ports;
  /** How many threads share a column. */
  readonly owners: number;
  /** Number of this one: its rows are those that leave this remainder when divided by `owners`. */
  readonly owner: string;
  /** The thread's columns of a row of values or target. */
  readonly place: (scope: Scope, row: Digit) => Place;
  /** A value's text, one for each of the thread's columns. */
  readonly lanes: (value: Value) => string;
  /** Writes a loop over the thread's rows of the target. */
  readonly each: (write: (scope: Scope, row: Digit) => void) => void;
  /** Stores to the thread's columns of a row. */
  readonly store: (place: Place, text: string) => void;
  readonly zero: string;
}

/** A segment sum whose threads each own some rows of the target, and up to 4 columns of them, so that no two write to one place. */
export function segmentRowsBody(
  { label, rows, rowSize, target }: SegmentSumKernel,
  ownersFor: (units: number) => number,
  choices: ClassChoices,
  write: (own: OwnedRows) => void,
): KernelBody {
  const width = rowSize % 4 === 0 ? 4 : 1;
  const units = rowSize / width;
  const owners = ownersFor(units);
  return pointsBody(label, owners * units, choices, (root, ports, t) => {
    const [{ base }, unit] = splitIndex(root, t, [owners, units]) as [Digit, Digit];
    const owner = base ?? '0';
    const column: Digit = unit.base === null || width === 1 ? unit : { ...unit, base: root.let(`${unit.base} * 4`) };
    write({
      root,
      ports,
      owners,
      owner,
      place: (scope, row) => ({ ports, root, scope, point: { digits: [row, column], vector: width === 4 ? 1 : -1 } satisfies Point }),
      lanes: (value) => (width === 4 ? splat(value) : value.text),
      each: (writeRow) => {
        const row = root.name('r');
        root.block(`for (var ${row} = ${owner}; ${row} < ${rows}; ${row} += ${owners})`, (scope) =>
          writeRow(scope, { base: row, scope, plus: 0 }),
        );
      },
      store: (place, text) => {
        const accumulator: Value = { text, dtype: 'float32', width, scope: place.scope };
        const evaluator = new Evaluator([{ kind: 'accumulator', dtype: 'float32' }], place, { ...NOTHING_AROUND, accumulator });
        evaluator.store({ ...target, value: 0 });
      },
      zero: width === 4 ? 'vec4f(0.0)' : '0.0',
    });
  });
}
