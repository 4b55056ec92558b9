import type { Tensor } from '../../kernels/tf.ts';
import type { Network } from '../definition.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { batchNorm, layerNorm } from '../layers/normalization.ts';
import { everyRun, type Layer, Parameters, type Pass } from '../layers/pass.ts';
import { bidirectionalLstm } from '../layers/recurrent.ts';
import { ctcNetwork } from '../speech/ctc-network.ts';
import { SPEECH } from '../speech/data.ts';
import { augmentation, RELU, subsampling, TANH, within } from '../speech/front-end.ts';
import { SUBSAMPLING } from '../speech/report.ts';

export interface DeepSpeechOptions {
  /** Of each recurrent layer and direction. */
  readonly units: number;
  readonly depth: number;
  readonly variant: string;
  /** Training rows that batch normalization takes its statistics from in an evaluation. */
  readonly calibrationRows: number;
}

const FEED_FORWARD_LAYERS = 1;

/** h (R * B, T, width), places that are there (R * B, T) -> the same as h. */
type Module = (pass: Pass, h: Tensor, isThere: Tensor) => Tensor;

/** See `speechDeepSpeech.ts`. */
export function deepSpeechModel({ units, depth, variant, calibrationRows }: DeepSpeechOptions): Network {
  const width = 2 * units;
  const parameters = new Parameters();
  const hasSpecialNorm = variant === 'normAndSpecAug';
  const activation = variant === 'tanh' ? TANH : RELU;

  const normalization = (name: string): Module => {
    if (hasSpecialNorm) return layerNorm(parameters, `${name}.norm`, width);
    const norm = batchNorm(parameters, `${name}.norm`, width);
    return (pass, h, isThere) => norm(pass, h, isThere.expandDims(2));
  };
  const recurrent = (name: string): Module => {
    const norm = normalization(name);
    const lstm = bidirectionalLstm(parameters, name, width, units);
    return (pass, h, isThere) => lstm(pass, norm(pass, h, isThere), isThere);
  };
  const feedForward = (name: string): Module => {
    const norm = normalization(name);
    const layer = dense(parameters, name, width, width, { gain: activation.gain });
    const drop = dropout(parameters);
    return (pass, h, isThere) => drop(pass, activation.apply(layer(pass, norm(pass, h, isThere))));
  };

  const augment = augmentation(parameters, hasSpecialNorm ? { frequencyMasks: 4, timeMasks: 3 } : { frequencyMasks: 2, timeMasks: 2 });
  const subsample = subsampling(parameters, Math.ceil(units / 3), width, activation);
  const dropInput = dropout(parameters, 'auxDropout');
  const modules = [
    ...Array.from({ length: depth }, (_, index) => recurrent(`lstm${index}`)),
    ...Array.from({ length: FEED_FORWARD_LAYERS }, (_, index) => feedForward(`dense${index}`)),
  ];
  const norm: Layer = hasSpecialNorm ? (_, h) => h : layerNorm(parameters, 'norm', width);
  const head = dense(parameters, 'head', width, SPEECH.classes);

  return ctcNetwork(
    parameters,
    (pass, x, frames) => {
      const isThere = within(everyRun(pass, frames), SUBSAMPLING);
      const start = dropInput(pass, subsample(pass, augment(pass, x, frames), frames));
      const features = modules.reduce((h, run) => {
        const change = run(pass, h, isThere);
        return variant === 'noResnet' ? change : h.add(change);
      }, start);
      return head(pass, norm(pass, features));
    },
    hasSpecialNorm ? 0 : calibrationRows,
  );
}
