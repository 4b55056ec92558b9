import { normals } from '../../kernels/counter-random.ts';

/** Good to 0.01 for variances up to 20. */
const DRAWS = 20_000;

/** Mean cross-entropy, in nats, of logits that are independent normal numbers and know nothing of the label. */
export function expectedCrossEntropy(classes: number, variance: number): number {
  const draws = normals(1, 0, 0, DRAWS * classes);
  let sum = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    let total = 0;
    for (let k = 0; k < classes; k++) total += Math.exp(Math.sqrt(variance) * (draws[draw * classes + k] as number));
    sum += Math.log(total);
  }
  return sum / DRAWS;
}

/** The same of one logit against 0, as two classes have whose logits differ by it. */
export const expectedBinaryCrossEntropy = (variance: number): number => expectedCrossEntropy(2, variance / 2);
