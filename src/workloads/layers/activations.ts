import type { Tensor } from '../../kernels/tf.ts';

export type Activation = 'relu' | 'silu' | 'gelu' | 'tanh';

/** Element-wise functions by name. A NaN stays NaN in all of them. */
export const ACTIVATIONS: Readonly<Record<Activation, (h: Tensor) => Tensor>> = {
  relu: (h) => h.relu(),
  /** x sigmoid(x) (Elfwing et al., 2017, eq. 2; Ramachandran et al., 2017). */
  silu: (h) => h.mul(h.sigmoid()),
  /** x Phi(x), with Phi of the standard normal distribution by the error function (Hendrycks and Gimpel, 2016, section 2). */
  gelu: (h) => h.mul(0.5).mul(h.mul(Math.SQRT1_2).erf().add(1)),
  tanh: (h) => h.tanh(),
};
