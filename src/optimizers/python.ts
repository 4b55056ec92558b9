import { type HyperValues, listOf, numberOf } from '../kernels/step-program.ts';

/** A stand-in for infinity in hyperparameters, which must survive JSON and float32: from here on a number is written as infinity. */
const INFINITE = 1e30;

/** Python's literal of a float that reads back as exactly this number: `0.9`, `1.0`, `1e-8`, `float("inf")`. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) throw new Error('Python has no literal for NaN.');
  if (Math.abs(value) >= INFINITE) return value > 0 ? 'float("inf")' : 'float("-inf")';
  const text = String(value).replace('e+', 'e');
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** The numeric hyperparameter of this name as a Python float. */
export const floatOf = (hyper: HyperValues, name: string): string => pythonFloat(numberOf(hyper, name));

/** The whole-number hyperparameter of this name as a Python int. */
export const intOf = (hyper: HyperValues, name: string): string => numberOf(hyper, name).toFixed(0);

/** The flag of this name as `True` or `False`. */
export const flagOf = (hyper: HyperValues, name: string): string => (hyper[name] === true ? 'True' : 'False');

/** Several hyperparameters as a tuple of floats, e.g. `(0.9, 0.999)` for betas. */
export const tupleOf = (hyper: HyperValues, ...names: readonly string[]): string =>
  `(${names.map((name) => floatOf(hyper, name)).join(', ')}${names.length === 1 ? ',' : ''})`;

/** The list hyperparameter of this name as a list of floats. */
export const floatListOf = (hyper: HyperValues, name: string): string => `[${listOf(hyper, name).map(pythonFloat).join(', ')}]`;

/** An argument: Python text as it is, or a number, flag or null to be written as a literal. */
export type PythonArgument = string | number | boolean | null;

/** A call, e.g. `torch.optim.SGD(model.parameters(), lr=0.1, nesterov=True)`. */
export function pythonCall(name: string, positional: readonly string[], keywords: Readonly<Record<string, PythonArgument>>): string {
  return `${name}(${[...positional, ...Object.entries(keywords).map(([key, value]) => `${key}=${literal(value)}`)].join(', ')})`;
}

function literal(value: PythonArgument): string {
  if (typeof value === 'number') return pythonFloat(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value ?? 'None';
}
