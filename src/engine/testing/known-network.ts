import type { Graph } from '../../kernels/compiler/graph.ts';
import type { Bounded } from '../../kernels/compiler/testing/error-bounds.ts';
import { interpretWithNoise } from '../../kernels/compiler/testing/noise.ts';
import { type ParamLayout, planLayout } from '../../kernels/layout.ts';
import { evaluationGraph, type StepGraphSource, trainingGraph } from '../step-graphs.ts';
import { type NetworkCase, type RunInputs, trainingStates } from './network-cases.ts';

type Wanted = Readonly<Record<string, Bounded>>;

const known = new WeakMap<NetworkCase, Map<number, KnownNetwork>>();

/** A network with what several tests need of it, computed when it is first asked for: interpreting it takes longer than running it. */
export class KnownNetwork {
  readonly source: StepGraphSource;
  readonly #given: NetworkCase;
  #training: Graph | null = null;
  #states: readonly RunInputs[] | null = null;
  readonly #losses: Wanted[] = [];
  readonly #predictions = new Map<string, Wanted>();

  /** @param align alignment of parameters */
  static of(given: NetworkCase, align: number): KnownNetwork {
    const byAlign = known.get(given) ?? new Map<number, KnownNetwork>();
    known.set(given, byAlign);
    const own = byAlign.get(align) ?? new KnownNetwork(given, align);
    byAlign.set(align, own);
    return own;
  }

  private constructor(given: NetworkCase, align: number) {
    const { model, data } = given;
    this.#given = given;
    this.source = { model, data, layout: planLayout(model.parameters, align) };
  }

  get layout(): ParamLayout {
    return this.source.layout;
  }

  get training(): Graph {
    const { batch, hasDropout } = this.#given;
    this.#training ??= trainingGraph({ ...this.source, batch, hasDropout });
    return this.#training;
  }

  /** Inputs of three runs in different states of training. */
  get states(): readonly RunInputs[] {
    this.#states ??= trainingStates(this.#given, this.layout, this.training);
    return this.#states;
  }

  /** What the training step of a state should give, gradients judged tensor by tensor. */
  wantedOfTraining(state: number): Wanted {
    const starts = this.layout.tensors.map(({ offset }) => offset);
    this.#losses[state] ??= interpretWithNoise(this.training, this.states[state] as RunInputs, { grads: starts });
    return this.#losses[state];
  }

  /** What a state should predict for some rows of the data. */
  wantedOfEvaluation(state: number, rows: Int32Array): Wanted {
    const key = `${state} ${rows}`;
    const wanted =
      this.#predictions.get(key) ??
      interpretWithNoise(evaluationGraph({ ...this.source, rows: rows.length }), { ...(this.states[state] as RunInputs), rows });
    this.#predictions.set(key, wanted);
    return wanted;
  }
}
