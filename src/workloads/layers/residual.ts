import type { Tensor } from '../../kernels/tf.ts';
import { dropout } from './dropout.ts';
import { layerNorm } from './normalization.ts';
import type { Parameters, Pass } from './pass.ts';

export interface ResidualOptions {
  readonly width: number;
  /** Where layer normalization is: in front of the part, or behind the sum. */
  readonly isPostNorm: boolean;
}

/** h + drop(part(h)), with a layer normalization of what goes into the part, or of the sum. */
export function residual(parameters: Parameters, name: string, { width, isPostNorm }: ResidualOptions) {
  const normalize = layerNorm(parameters, `${name}.norm`, width);
  const drop = dropout(parameters);
  return (pass: Pass, h: Tensor, part: (h: Tensor) => Tensor): Tensor =>
    isPostNorm ? normalize(pass, h.add(drop(pass, part(h)))) : h.add(drop(pass, part(normalize(pass, h))));
}
