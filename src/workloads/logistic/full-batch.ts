import { loadClassificationSet } from '../data.ts';
import type { FetchFile } from '../definition.ts';
import type { TrainingSet } from './minimize.ts';
import type { Problem } from './problems.ts';

/** Loads a problem's training rows, validation rows left out. */
export async function trainingSet(problem: Problem, fetchFile: FetchFile): Promise<TrainingSet> {
  const { arrays, trainRows } = await loadClassificationSet(problem, fetchFile);
  const rows = (name: string, columns: number) => arrays[name]?.values.subarray(0, trainRows * columns) as Float32Array;
  const { features, classes } = problem;
  return { x: rows('x', features), y: rows('y', classes), features, classes };
}
