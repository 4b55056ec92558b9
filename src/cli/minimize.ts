import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { fetchFromDisk } from '../workloads/fetch-from-disk.ts';
import { trainingSet } from '../workloads/logistic/full-batch.ts';
import { minimize } from '../workloads/logistic/minimize.ts';
import { RIDGE } from '../workloads/logistic/model.ts';
import { PROBLEMS } from '../workloads/logistic/problems.ts';

const ROOT = new URL('../../', import.meta.url);
/** Distances are stored to 12 digits; strong convexity 1e-4 turns this gradient norm into an error of at most 1e-6 in x*, and in practice far less. */
const GRADIENT_TOLERANCE = 1e-10;

/** Computes the minimizer of every logistic problem and writes src/workloads/logistic/minimizers.json. */
export async function main(argv: string[]): Promise<number> {
  if (argv.length > 0) {
    console.error('usage: minimize (takes no arguments; computes all problems below public/data)');
    return 2;
  }
  const fetchFile = fetchFromDisk(fileURLToPath(new URL('public/data', ROOT)));
  const facts: Record<string, object> = {};
  for (const problem of PROBLEMS) {
    const startMs = performance.now();
    const { parameters, objective, gradientNorm, newtonSteps } = minimize(await trainingSet(problem, fetchFile), RIDGE, GRADIENT_TOLERANCE);
    const distanceMax = parameters.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    const distance2 = Math.hypot(...parameters);
    facts[problem.id] = {
      objective,
      distanceMax,
      distance2,
      gradientNorm,
      newtonSteps,
      ridge: RIDGE,
      data: problem.files.slice(1).map(({ sha256 }) => sha256.slice(0, 16)),
    };
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(
      `${problem.id.padEnd(13)} objective ${objective.toFixed(9)}  |x*|max ${distanceMax.toFixed(4)}  |x*|2 ${distance2.toFixed(4)}  gradient ${gradientNorm.toExponential(1)}  ${newtonSteps} steps  ${seconds} s`,
    );
  }
  const path = fileURLToPath(new URL('src/workloads/logistic/minimizers.json', ROOT));
  await writeFile(path, `${JSON.stringify(facts, null, 2)}\n`);
  console.log(`wrote ${path}`);
  return 0;
}
