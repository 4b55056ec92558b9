import { beta2 } from '../adam-hyper.ts';

export const beta2Default = beta2.value;

/** Above this length of the average of squares, in steps, the variance of 1 / sqrt(v) is finite and the step is rectified. */
const SHORTEST_AVERAGE = 4;

/** Factor on the learning rate at step t = 1, 2, ..., or null while the average is too short for one. */
export function rectification(beta2: number, t: number): number | null {
  const longest = 2 / (1 - beta2) - 1;
  const power = beta2 ** t;
  const length = longest - (2 * t * power) / (1 - power);
  if (!(length > SHORTEST_AVERAGE)) return null;
  return Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
}
