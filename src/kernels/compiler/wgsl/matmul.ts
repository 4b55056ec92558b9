import type { ClassChoices } from './adapter-class.ts';
import { type Digit, splitIndex } from './digits.ts';
import type { GpuMatMul } from './fold-gathers.ts';
import { withFoursLast } from './inner-order.ts';
import { type KernelBody, pointsBody, QUAD } from './kernel-body.ts';
import { eachRow, writeColumnSums, writeTile } from './matmul-epilogue.ts';
import { accumulate, type TileSums } from './matmul-products.ts';
import { type MatMulPlan, planMatMul } from './matmul-tile.ts';
import type { RegionId } from './ports.ts';
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
        const { sums, columnSums } = sumOfQuad(root, own);
        writeTile(tile, sums);
        if (columnSums !== null) writeColumnSums(tile, columnSums);
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
  const isOneTile = lanes > 1 || sharesInner;
  const lane = isOneTile || sharesColumns ? root.let(`${thread} & 3`) : '0';
  return { tile: isOneTile ? root.let(`${thread} >> 2u`) : thread, lane };
}

/** What the 4 threads of a quad have summed, added up: each gets all of it. */
function sumOfQuad(root: Scope, { sums, columnSums }: TileSums): TileSums {
  const total = (own: string): string => {
    const pair = root.let(`${own} + quadSwapX(${own})`);
    return root.let(`${pair} + quadSwapY(${pair})`);
  };
  return { sums: sums.map((row) => row.map(total)), columnSums: columnSums?.map(total) ?? null };
}
