import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '../../kernels/tf.ts';
import type { LoadedData, Model } from '../definition.ts';
import { defaultOptions } from '../options.ts';
import { fetchPublic } from '../testing/public-data.ts';
import { initialParameters, predictOnce, someRows, type TestRun, trainOnce } from '../testing/run-model.ts';
import { MOLECULES } from './data.ts';
import { molecules } from './molecules.ts';
import { moleculeOf } from './report.ts';

const { atoms, degree, labels } = MOLECULES;
const options = { ...defaultOptions(molecules), width: 8, depth: 2 };
let data: LoadedData;
let model: Model;

beforeAll(async () => {
  expect(await tf.setBackend('cpu')).toBe(true);
  data = await molecules.load(options, fetchPublic);
  model = await molecules.create(options, data);
});

/** Rows of an array. */
const rowOf = (name: string, row: number, from: LoadedData = data): number[] => {
  const { values, rowShape } = from.arrays[name] as LoadedData['arrays'][string];
  const size = rowShape.reduce((product, extent) => product * extent, 1);
  return Array.from(values.subarray(row * size, (row + 1) * size));
};

const run = (seed: number, change: Partial<TestRun> = {}): TestRun => ({
  params: initialParameters(model, seed),
  seed,
  labelSmoothing: 0,
  dropout: 0,
  ...change,
});

describe('the molecules', () => {
  test('are 3,515 + 500 graphs whose lists of atoms and of edges say the same', () => {
    expect([data.trainRows, data.validationRows]).toEqual([3515, 500]);
    for (const row of [0, 1, 2, 3514, 3515, 4014]) {
      const [types, bonds, senders, receivers] = ['atoms', 'bonds', 'senders', 'receivers'].map((name) => rowOf(name, row)) as [
        number[],
        number[],
        number[],
        number[],
      ];
      bonds.forEach((type, edge) => {
        const [from, to] = [senders[edge] as number, receivers[edge] as number];
        expect(type === 0).toBe(from === -1);
        expect(type === 0).toBe(to === -1);
        if (type > 0) expect([types[from] as number, types[to] as number].every((atom) => atom > 0)).toBe(true);
      });
      const half = bonds.length / 2;
      expect([...senders.slice(half), ...senders.slice(0, half)]).toEqual(receivers);
      for (const [lists, ends] of [
        ['outgoing', senders],
        ['incoming', receivers],
      ] as const) {
        const byAtom = Array.from({ length: atoms }, (_, atom) => rowOf(lists, row).slice(atom * degree, (atom + 1) * degree));
        byAtom.forEach((edges, atom) => {
          const own = edges.filter((edge) => edge >= 0);
          expect(own).toEqual(ends.flatMap((end, edge) => (end === atom ? [edge] : [])));
          expect(rowOf('degrees', row)[atom]).toBe(own.length);
        });
      }
    }
  });

  test('have labels that follow from their structure: every ester, amide and ketone has an oxygen with a double bond', () => {
    const { labels: names = [] } = data.words ?? {};
    let withCarbonyl = 0;
    for (let row = 0; row < 300; row++) {
      const y = rowOf('y', row);
      if (!['ester', 'amide', 'ketone'].some((name) => y[names.indexOf(name)] === 1)) continue;
      withCarbonyl += 1;
      const { atoms: elements, bonds } = moleculeOf(data, row);
      expect(bonds.some(({ from, to, order }) => order === 2 && [elements[from], elements[to]].sort().join() === 'C,O')).toBe(true);
    }
    expect(withCarbonyl).toBeGreaterThan(50);
  });
});

describe('the network', () => {
  test('says the same of a molecule whatever the order of its atoms, its bonds and their ends', async () => {
    // The same molecules with atoms and bonds turned round by one place, and every bond the other way round.
    const rows = someRows(0, 3);
    const changed: Record<string, number[]> = {
      atoms: [],
      degrees: [],
      bonds: [],
      senders: [],
      receivers: [],
      outgoing: [],
      incoming: [],
      y: [],
    };
    for (const row of rows) {
      const edges = rowOf('bonds', row).length;
      const atomTo = (atom: number): number => (atom < 0 ? atom : (atom + 1) % atoms);
      // An edge and its opposite change places.
      const edgeTo = (edge: number): number => (edge < 0 ? edge : (edge + edges / 2 + 1) % edges);
      const moved = (name: string, count: number, to: (index: number) => number, value: (old: number) => number): void => {
        const old = rowOf(name, row);
        const width = old.length / count;
        const own = Array<number>(old.length).fill(0);
        old.forEach((entry, index) => {
          own[to(Math.floor(index / width)) * width + (index % width)] = value(entry);
        });
        (changed[name] as number[]).push(...own);
      };
      const same = (value: number): number => value;
      moved('atoms', atoms, atomTo, same);
      moved('degrees', atoms, atomTo, same);
      moved('bonds', edges, edgeTo, same);
      moved('senders', edges, edgeTo, atomTo);
      moved('receivers', edges, edgeTo, atomTo);
      moved('outgoing', atoms, atomTo, edgeTo);
      moved('incoming', atoms, atomTo, edgeTo);
      moved('y', labels, same, same);
    }
    const turned = Object.fromEntries(
      Object.entries(changed).map(([name, values]) => [
        name,
        { values: name === 'y' ? Float32Array.from(values) : Int32Array.from(values), rowShape: data.arrays[name]?.rowShape ?? [] },
      ]),
    );
    const runs = [run(1), run(2)];
    const expected = await predictOnce(model, runs, { arrays: data.arrays, rows });
    const found = await predictOnce(model, runs, { arrays: turned, rows });
    found.forEach(({ values }, index) => {
      // Sums of the same numbers in another order, some dozens of 6e-8, through layer norms.
      const differences = values.map((value, i) => Math.abs(value - (expected[index]?.values[i] as number)));
      expect(Math.max(...differences)).toBeLessThan(1e-4);
    });
  });

  test('says of a molecule what it says of it in any other batch', async () => {
    const together = await predictOnce(model, [run(1)], { arrays: data.arrays, rows: [7, 3600, 12] });
    const alone = await predictOnce(model, [run(1)], { arrays: data.arrays, rows: [3600] });
    expect(together[0]?.values.slice(labels, 2 * labels)).toEqual(alone[0]?.values);
  });

  test('smooths its targets to (1 - a) y + a / 16, as AlgoPerf does', async () => {
    const on = { arrays: data.arrays, rows: someRows(20, 4) };
    const [own] = await trainOnce(model, [run(3, { labelSmoothing: 0.2 })], on, 0);
    const [logits] = await predictOnce(model, [run(3)], on);
    const crossEntropy = (a: number): number => {
      const y = on.rows.flatMap((row) => rowOf('y', row));
      const losses = Array.from(logits?.values ?? [], (z, i) => Math.log1p(Math.exp(z)) - ((1 - a) * (y[i] as number) + a / labels) * z);
      return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
    };
    // Means of 64 float32 numbers of size 1.
    expect(Math.abs((own?.objective as number) - crossEntropy(0.2))).toBeLessThan(1e-6);
    expect(Math.abs((own?.loss as number) - crossEntropy(0))).toBeLessThan(1e-6);
  });
});

describe('the report', () => {
  /** Logits of the first validation rows that are right by so much. */
  const logitsOf = (rows: number, size: number): Float32Array =>
    Float32Array.from({ length: rows * labels }, (_, i) =>
      rowOf('y', data.trainRows + Math.floor(i / labels))[i % labels] === 1 ? size : -size,
    );

  test('scores right answers with 1, and equal logits with the share of molecules that have a label', () => {
    const rows = data.validationRows;
    expect(model.score({ rows, values: logitsOf(rows, 3) })[0]).toBe(1);
    expect(model.score({ rows, values: logitsOf(rows, 3) })[1]).toBeCloseTo(Math.log1p(Math.exp(-3)), 6);
    const [chance, crossEntropy] = model.score({ rows, values: new Float32Array(rows * labels) }) as [number, number];
    // As the data set's own notes give it.
    expect(chance).toBeCloseTo(0.1441, 4);
    expect(crossEntropy).toBeCloseTo(Math.LN2, 12);
  });

  test('has no score where an output is not finite', () => {
    const values = logitsOf(data.validationRows, 3);
    values[5] = Number.NaN;
    expect(model.score({ rows: data.validationRows, values })).toEqual([Number.NaN, Number.NaN]);
  });

  test('shows three molecules with all labels', () => {
    const { items } = model.show({ rows: 4, values: logitsOf(4, 4) });
    expect(items.length).toBe(3);
    for (const { isRight, parts } of items) {
      expect(isRight).toBe(true);
      const [drawing, answers] = parts;
      if (drawing?.kind !== 'molecule' || answers?.kind !== 'probabilities') throw new Error('other parts');
      expect(drawing.atoms.length).toBeGreaterThanOrEqual(6);
      expect(drawing.bonds.every(({ from, to }) => Math.max(from, to) < drawing.atoms.length)).toBe(true);
      expect(answers.entries.length).toBe(labels);
      expect(answers.entries.every(({ probability, isTrue }) => probability > 0.5 === isTrue)).toBe(true);
    }
    const broken = model.show({ rows: 4, values: new Float32Array(4 * labels).fill(Number.NaN) });
    expect(broken.items.every(({ isRight }) => isRight === null)).toBe(true);
  });
});
