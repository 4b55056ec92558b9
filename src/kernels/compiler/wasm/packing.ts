import type { FunctionBuilder, Local } from './function-builder.ts';
import { runDigit } from './nest.ts';
import type { Place } from './nodes.ts';
import type { PanelSection } from './tiles.ts';

interface PackerSpec {
  readonly f: FunctionBuilder;
  readonly b: Place;
  /** Digits of k, the last one last. */
  readonly k: readonly { readonly digit: number; readonly extent: number }[];
  readonly columnDigit: number;
  /** Pushes the address of the panel. */
  readonly pushPanel: () => void;
}

const LANES = [0, 1, 2, 3] as const;

/** Copies a panel of b, (k, columns), so that it lies contiguously in rows of whole vectors. Lanes without a column hold anything. */
export class PanelPacker {
  readonly #spec: PackerSpec;

  constructor(spec: PackerSpec) {
    this.#spec = spec;
  }

  /** A local with the address of the panel. */
  begin(): Local {
    const { f, pushPanel } = this.#spec;
    const local = f.local('i32');
    pushPanel();
    f.set(local);
    return local;
  }

  /** @param at where to put it; moved behind it. By default the panel's own memory. */
  emit(panel: PanelSection, at?: Local): void {
    const { f, b, k, columnDigit } = this.#spec;
    const target = at ?? this.begin();
    const last = k.at(-1);
    const columnBytes = b.form.coefficients[columnDigit] as number;
    const kBytes = last === undefined ? 0 : (b.form.coefficients[last.digit] as number);
    const rowBytes = 16 * panel.vectors;
    const copyRow = columnBytes === 4 ? this.#copyRow : this.#gatherRow;
    const rows = (count: number) => () => {
      if (count === 4 && columnBytes !== 4 && kBytes === 4) this.#transpose(panel, target, columnBytes);
      else for (let step = 0; step < count; step++) copyRow.call(this, panel, target, step * rowBytes, step * kBytes, columnBytes);
      f.bump(target, count * rowBytes);
    };
    const run = (digits: PackerSpec['k']): void => {
      const [first, ...rest] = digits;
      if (first === undefined) {
        rows(1)();
        return;
      }
      if (rest.length > 0) {
        runDigit(f, first.digit, [{ count: first.extent, step: 1, body: () => run(rest) }], [b.form]);
        return;
      }
      const { digit, extent } = first;
      const left = extent % 4;
      const sections = [
        { count: Math.floor(extent / 4), step: 4, body: rows(4) },
        ...(left > 0 ? [{ count: 1, step: left, body: rows(left) }] : []),
      ];
      runDigit(f, digit, sections, [b.form]);
    };
    run(k);
    if (at === undefined) f.release(target);
  }

  /** Pushes the address of b and returns the offset that the instruction must add. */
  #address(bytes: number): number {
    const { f, b } = this.#spec;
    const offset = b.offset + bytes;
    f.get(b.form.local);
    if (offset >= 0) return offset;
    f.i32(offset);
    f.op('i32.add');
    return 0;
  }

  #copyRow(panel: PanelSection, target: Local, to: number, from: number): void {
    const { f } = this.#spec;
    for (let vector = 0; vector < panel.vectors; vector++) {
      f.get(target);
      f.memory('v128.load', this.#address(from + 16 * vector));
      f.memory('v128.store', to + 16 * vector);
    }
  }

  #gatherRow(panel: PanelSection, target: Local, to: number, from: number, columnBytes: number): void {
    const { f } = this.#spec;
    for (let vector = 0; vector < panel.vectors; vector++) {
      f.get(target);
      const offsets = LANES.map((lane) => this.#address(from + columnOf(panel, vector, lane) * columnBytes));
      offsets.reverse().forEach((offset, position) => {
        if (position === 0) f.memory('v128.load32_splat', offset);
        else f.memoryLane('v128.load32_lane', offset, 3 - position);
      });
      f.memory('v128.store', to + 16 * vector);
    }
  }

  /** Four rows of the panel from four neighbouring k of each column. */
  #transpose(panel: PanelSection, target: Local, columnBytes: number): void {
    const { f } = this.#spec;
    for (let vector = 0; vector < panel.vectors; vector++) {
      const columns = LANES.map((lane) => {
        const local = f.local('v128');
        f.memory('v128.load', this.#address(columnOf(panel, vector, lane) * columnBytes));
        f.set(local);
        return local;
      }) as [Local, Local, Local, Local];
      const [c0, c1, c2, c3] = columns;
      for (const [half, lanes] of [
        [0, [0, 4, 1, 5]],
        [2, [2, 6, 3, 7]],
      ] as const) {
        const [left, right] = [f.local('v128'), f.local('v128')];
        f.get(c0, c1);
        f.shuffle(lanes);
        f.set(left);
        f.get(c2, c3);
        f.shuffle(lanes);
        f.set(right);
        for (const [row, order] of [
          [half, [0, 1, 4, 5]],
          [half + 1, [2, 3, 6, 7]],
        ] as const) {
          f.get(target, left, right);
          f.shuffle(order);
          f.memory('v128.store', 16 * (row * panel.vectors + vector));
        }
        f.release(left);
        f.release(right);
      }
      for (const column of columns) f.release(column);
    }
  }
}

/** Column of a lane; lanes beyond the last column repeat it, for what lies there may be no memory. */
function columnOf(panel: PanelSection, vector: number, lane: number): number {
  const columns = 4 * (panel.vectors - 1) + panel.lastLanes;
  return Math.min(4 * vector + lane, columns - 1);
}
