import type { SetFacts } from '../data.ts';
import table from './problems.json' with { type: 'json' };

/** One of the logistic-regression problems, as much as is known without fetching it. */
export interface Problem extends SetFacts {
  readonly id: string;
  readonly title: string;
  /** One of the D-Adaptation paper's own twelve. */
  readonly isPaper: boolean;
  /** The paper's problem that it stands near to, where its own could not be had. */
  readonly near: string | null;
  readonly features: number;
  /** scikit-learn's multinomial logistic regression, L2 with C = 1, on the same rows. */
  readonly yardstick: { readonly validationCrossEntropy: number; readonly validationAccuracy: number };
}

export const PROBLEMS: readonly Problem[] = table;

export function findProblem(id: string): Problem {
  const problem = PROBLEMS.find((candidate) => candidate.id === id);
  if (!problem) throw new RangeError(`Problem '${id}' is unknown: choose one of ${PROBLEMS.map((candidate) => candidate.id).join(', ')}`);
  return problem;
}
