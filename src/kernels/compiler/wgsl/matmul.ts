import type { ClassChoices } from './adapter-class.ts';
import { type Digit, splitIndex } from './digits.ts';
import type { GpuMatMul } from './fold-gathers.ts';
import { withFoursLast } from './inner-order.ts';
import { type KernelBody, pointsBody, QUAD } from './kernel-body.ts';
import { eachRow, writeColumnSums, writeTile } from './matmul-epilogue.ts';
import { accumulate } from './matmul-products.ts';
import { type MatMulPlan, planMatMul } from './matmul-tile.ts';
import type { RegionId } from './ports.ts';
import { acrossQuad } from './quad-reduction.ts';
import type { Scope } from './scope.ts';
import { TileWriter } from './tile-writer.ts';

/** Gives a region of float32 values per run that only the kernel's own stages use. */
export type Scratch = (size: number) => RegionId;

/** The stages of a matMul, one after the other: the products, and where the inner dimension is split, the sums of its parts. */
export function matMulBodies(given: GpuMatMul, choices: ClassChoices, scratch: Scratch): KernelBody[] {
  // Of taps, neighbouring entries of the last digit are neighbouring pixels.
  const isFree = choices.quadTile !== null && planMatMul(given, choices).taps === null;
  const kernel = isFree ? withFoursLast(given) : given;
  const plan = planMatMul(kernel, choices);
  const tiles = plan.batches * plan.rowTiles * plan.columnTiles;
  if (plan.sharesInner) {
    return [
      pointsBody(kernel.label, tiles * QUAD, choices, (root, ports, thread) => {
        const tile = new TileWriter(kernel, plan, root, ports, placeOf(root, thread, plan));
        const own = accumulate(tile, { base: tile.lane, scope: root, plus: 0 });
        const total = (sum: string): string => acrossQuad(root, 'sum', sum, 'float32', 4);
        writeTile(
          tile,
          own.sums.map((row) => row.map(total)),
        );
        if (own.columnSums !== null) writeColumnSums(tile, own.columnSums.map(total));
      }),
    ];
  }
  if (plan.parts === 1) {
    return [
      pointsBody(kernel.label, tiles * plan.lanes, choices, (root, ports, thread) => {
        const tile = new TileWriter(kernel, plan, root, ports, placeOf(root, thread, plan));
        const { sums, columnSums } = accumulate(tile, null);
        writeTile(tile, sums);
        if (columnSums !== null) writeColumnSums(tile, columnSums);
      }),
    ];
  }
  const sumSize = plan.batches * plan.m * plan.paddedN;
  const columnSize = plan.batches * plan.paddedN;
  const partial = scratch(plan.parts * sumSize);
  const partialColumns = kernel.columnSum === null ? null : scratch(plan.parts * columnSize);
  const rowPlan: MatMulPlan = {
    ...plan,
    lanes: 1,
    sharesColumns: false,
    sharesInner: false,
    rows: 1,
    taps: null,
    groups: 1,
    rowTiles: plan.m,
    columnTiles: plan.paddedN / 4,
  };
  const vectors = rowPlan.batches * rowPlan.rowTiles * rowPlan.columnTiles;
  return [
    pointsBody(kernel.label, plan.parts * tiles * plan.lanes, choices, (root, ports, thread) => {
      const { tile: index, lane } = placeOf(root, thread, plan);
      const [part, ofPart] = splitIndex(root, index, [plan.parts, tiles]) as [Digit, Digit];
      const tile = new TileWriter(kernel, plan, root, ports, { tile: ofPart.base ?? '0', lane });
      const { sums, columnSums } = accumulate(tile, part);
      eachRow(tile, sums, true, (scope, row, _, current) => {
        current.forEach((sum, j) => {
          tile.storePartial(scope, partial, part, sumSize, row, j, sum);
        });
      });
      if (columnSums !== null && partialColumns !== null) tile.storePartialColumns(partialColumns, part, columnSize, columnSums);
    }),
    pointsBody(`${kernel.label} (sum of ${plan.parts} parts)`, vectors, choices, (root, ports, thread) => {
      const tile = new TileWriter(kernel, rowPlan, root, ports, { tile: thread, lane: '0' });
      writeTile(tile, [[tile.sumOfParts(partial, sumSize)]]);
      if (partialColumns !== null) writeColumnSums(tile, [tile.sumOfPartColumns(partialColumns, columnSize)]);
    }),
  ];
}

/** Number of a thread's tile, and its own in the tile. Threads of a quad are neighbours in a workgroup. */
function placeOf(root: Scope, thread: string, { lanes, sharesColumns, sharesInner }: MatMulPlan): { tile: string; lane: string } {
  const isShared = lanes > 1 || sharesInner;
  const lane = isShared || sharesColumns ? root.let(`${thread} & 3`) : '0';
  return { tile: isShared ? root.let(`${thread} >> 2u`) : thread, lane };
}
