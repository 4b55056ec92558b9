import type { Tensor } from '../../kernels/tf.ts';
import * as tf from '../../kernels/tf.ts';
import { binaryCrossEntropies } from '../binary.ts';
import type { Batch, Network, Regularization } from '../definition.ts';
import type { Activation } from '../layers/activations.ts';
import { dense } from '../layers/dense.ts';
import type { Connections } from '../layers/graph.ts';
import { type GraphFeatures, graphNetwork } from '../layers/graph-network.ts';
import { Parameters, type Pass } from '../layers/pass.ts';
import { MOLECULES } from './data.ts';

export interface MoleculesShape {
  /** Width of embedded atoms and bonds. */
  readonly latent: number;
  /** Widths of the layers of each update. */
  readonly hidden: readonly [number, ...number[]];
  readonly rounds: number;
  readonly activation: Activation;
}

/** A graph network over molecules whose globals say at last which labels are true. See `molecules.ts`. */
export function moleculesModel({ latent, hidden, rounds, activation }: MoleculesShape): Network {
  const { atoms, atomTypes, bondTypes, degree, labels } = MOLECULES;
  const parameters = new Parameters();
  // Of one-hot features, two ones per atom and one per bond: embedded features have variance 1.
  const atomFeatures = atomTypes + degree + 1;
  const embedAtoms = dense(parameters, 'atoms', atomFeatures, latent, { gain: atomFeatures / 2 });
  const embedBonds = dense(parameters, 'bonds', bondTypes, latent, { gain: bondTypes });
  const outputs = hidden.at(-1) as number;
  const passMessages = Array.from({ length: rounds }, (_, round) =>
    graphNetwork(parameters, `round${round}`, {
      inputs: round === 0 ? latent : outputs,
      hasGlobals: round > 0,
      hidden,
      activation,
    }),
  );
  const decode = dense(parameters, 'labels', outputs, labels);

  /** (R, B, labels) */
  function logits(params: readonly Tensor[], { tensors }: Batch, reg: Regularization | null): Tensor {
    const [lead, batch] = (tensors.atoms as Tensor).shape as [number, number];
    const runs = (params[0] as Tensor).shape[0] as number;
    const pass: Pass = { params, runs, batch, reg, statisticsRows: batch };
    const perMolecule = (name: string, ...shape: readonly number[]): Tensor => (tensors[name] as Tensor).reshape([lead * batch, ...shape]);
    const oneHot = (name: string, extent: number): Tensor => tf.oneHot(perMolecule(name, -1), extent, 1, 0, 'float32');
    const connections: Connections = {
      senders: perMolecule('senders', -1),
      receivers: perMolecule('receivers', -1),
      outgoing: perMolecule('outgoing', atoms, degree),
      incoming: perMolecule('incoming', atoms, degree),
      isNode: perMolecule('atoms', atoms).greater(0).cast('float32'),
    };
    const embedded: GraphFeatures = {
      nodes: embedAtoms(pass, tf.concat([oneHot('atoms', atomTypes), oneHot('degrees', degree + 1)], -1)),
      edges: embedBonds(pass, oneHot('bonds', bondTypes)),
      globals: null,
    };
    const { globals } = passMessages.reduce((features, round) => round(pass, features, connections), embedded);
    return decode(pass, globals as Tensor).reshape([runs, batch, labels]);
  }

  return {
    parameters: parameters.specs,
    trainLoss(params, batch, reg) {
      const z = logits(params, batch, reg);
      const y = batch.tensors.y as Tensor; // (1 or R, B, labels)
      const loss = binaryCrossEntropies(z, y).mean([1, 2]); // (R)
      // With targets (1 - a) y + a / labels, as AlgoPerf smooths them.
      const change = z
        .mul(y.sub(1 / labels))
        .mean([1, 2])
        .mul(reg.labelSmoothing.squeeze([1]));
      return { loss, objective: loss.add(change) };
    },
    predict: (params, batch) => logits(params, batch, null),
  };
}
