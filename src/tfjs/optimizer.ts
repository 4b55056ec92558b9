import type { StepRates } from '../kernels/fused/step-runner.ts';
import type { OpenRow } from '../kernels/optimizer-runner.ts';
import type { HyperValues } from '../kernels/step-program.ts';
import * as tf from '../kernels/tf.ts';
import type { OptimizerDefinition } from '../optimizers/definition.ts';
import type { FreestepOptimizer, OptimizerStatus } from './api.ts';
import { createStepper } from './create-stepper.ts';
import { checkedHyper } from './hyper.ts';
import type { VariableStepper } from './variable-stepper.ts';
import { type Gradients, type NamedTensor, presentGradients, TrainedVariables, variablesOf } from './variables.ts';
import { inWords, stopReason, Watch } from './watch.ts';
import { hasTrainingPoint, readWeights, type SavedWeights, toNamedTensors, toRowState, trainingPointOf, unreadTensors } from './weights.ts';

/** What exists once the variables are known. */
interface Training {
  readonly trained: TrainedVariables;
  readonly stepper: VariableStepper;
  readonly backend: string;
}

/** The weights of an optimizer that has made no step. */
const FRESH: SavedWeights = { k: 0, weights: [] };

/** Any method as a `tf.Optimizer`; api.ts says what its members are for. */
export class DefinedOptimizer extends tf.Optimizer implements FreestepOptimizer {
  readonly #definition: OptimizerDefinition;
  readonly #hyper: HyperValues;
  readonly #watch = new Watch(async () => (await this.status()).reason);
  #rates: StepRates;
  #training: Training | null = null;
  /** Weights to continue from, given before the variables were known. */
  #pending: SavedWeights | null = null;
  /** Tensors that `getWeights` has handed out last. */
  #handedOut: readonly NamedTensor[] = [];
  #isEvaluating = false;
  #evaluatesAfterStep = false;
  #isDisposed = false;

  constructor(definition: OptimizerDefinition, options: Readonly<Record<string, unknown>>) {
    super();
    this.#definition = definition;
    this.#hyper = checkedHyper(definition, options);
    this.#rates = { L: this.#lr, mult: 1 };
  }

  get learningRate(): number {
    return this.#rates.L;
  }

  set learningRate(value: number) {
    assertRate('learningRate', value);
    if (this.#lr === 0) throw new Error('There is no factor that makes another learning rate of lr = 0: give lr another value.');
    this.#rates = { L: value, mult: value / this.#lr };
  }

  get schedule(): number {
    return this.#rates.mult;
  }

  set schedule(value: number) {
    assertRate('schedule', value);
    this.#rates = { L: value * this.#lr, mult: value };
  }

  get path(): VariableStepper['path'] | null {
    return this.#training?.stepper.path ?? null;
  }

  get hasEvaluationPoint(): boolean {
    return this.#definition.program.evalPoint !== undefined;
  }

  get isEvaluating(): boolean {
    return this.#isEvaluating;
  }

  override minimize(f: () => tf.Scalar, returnCost = false, varList?: tf.Variable[]): tf.Scalar | null {
    this.#assertTraining();
    this.#bindSaved(varList);
    const { value, grads } = this.computeGradients(f, varList);
    try {
      this.#step(varList ? varList.map(({ name }) => ({ name, tensor: grads[name] as tf.Tensor })) : grads, value);
    } catch (error) {
      value.dispose();
      throw error;
    } finally {
      tf.dispose(grads);
    }
    if (returnCost) return value;
    value.dispose();
    return null;
  }

  override applyGradients(gradients: Gradients): void {
    const { id, program } = this.#definition;
    if (program.readsLoss) throw new Error(`${id} reads the loss, which gradients alone do not have: call minimize().`);
    this.#assertTraining();
    this.#step(gradients, null);
  }

  toEval(): void {
    this.#assertUsable();
    if (!this.hasEvaluationPoint || this.#isEvaluating) return;
    this.#assertBackend();
    if (this.#pending) throw new Error('Which variables the weights belong to is known after the first step: call toEval() then.');
    this.#training?.trained.assign(this.#training.stepper.evalPoint());
    this.#isEvaluating = true;
  }

  toTrain(): void {
    this.#assertUsable();
    this.#evaluatesAfterStep = false;
    if (!this.#isEvaluating) return;
    this.#assertBackend();
    this.#isEvaluating = false;
    if (!this.#training) return;
    const { trained, stepper } = this.#training;
    const [changed] = trained.changed();
    if (changed !== undefined) {
      console.warn(`"${trained.variables[changed]?.name}" was assigned while the optimizer was in evaluation mode: toTrain() undoes that.`);
    }
    trained.assign(stepper.params());
  }

  /** The next step ends with `toEval`. */
  evaluateAfterStep(): void {
    this.#evaluatesAfterStep = this.hasEvaluationPoint;
  }

  async status(): Promise<OptimizerStatus> {
    this.#assertUsable();
    if (!this.#training) {
      return { isRunning: true, k: this.#pending?.k ?? 0, stoppedAt: null, cause: null, reason: null, scalars: {} };
    }
    const status = await this.#training.stepper.status();
    const scalars = Object.entries(status.scalars).map(([name, values]) => [name, values.length === 1 ? (values[0] as number) : values]);
    return {
      isRunning: status.isActive,
      k: status.k,
      stoppedAt: status.divergedAt === null ? null : status.divergedAt + 1,
      cause: status.cause,
      reason: stopReason(this.#definition, status),
      scalars: Object.fromEntries(scalars),
    };
  }

  /** The state as tensors, k first. They stay the optimizer's: valid until the next `getWeights` or `dispose`. */
  override async getWeights(): Promise<NamedTensor[]> {
    this.#assertUsable();
    const handedOut = this.#training ? await savedTensors(this.#training, this.#isEvaluating) : unreadTensors(this.#pending ?? FRESH);
    this.#releaseWeights();
    this.#handedOut = handedOut;
    return [...handedOut];
  }

  /** Continues from weights that `getWeights` gave, here or elsewhere. They stay the caller's. */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    this.#assertUsable();
    const saved = await readWeights(weights);
    this.#assertUsable();
    if (this.#isFresh(saved)) this.#forget();
    else if (this.#training) this.#restore(this.#training, saved);
    else this.#pending = saved;
    this.iterations_ = saved.k;
    this.#isEvaluating = hasTrainingPoint(saved);
    this.#watch.reset();
  }

  getConfig(): tf.serialization.ConfigDict {
    return { ...this.#hyper, schedule: this.#rates.mult } as tf.serialization.ConfigDict;
  }

  override dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#watch.dispose();
    this.#training?.stepper.dispose();
    this.#releaseWeights();
    super.dispose();
  }

  /** lr, or 1 for a method that has none. */
  get #lr(): number {
    return typeof this.#hyper.lr === 'number' ? this.#hyper.lr : 1;
  }

  get #row(): OpenRow {
    return { program: this.#definition.program, hyper: this.#hyper };
  }

  #step(gradients: Gradients, loss: tf.Tensor | null): void {
    const present = presentGradients(gradients);
    const { trained, stepper } = this.#training ?? this.#bindTo(present);
    const ordered = trained.ordered(present);
    const changed = trained.changed();
    if (changed.length > 0) stepper.load(trained.variables, changed);
    trained.assign(stepper.step(ordered, loss, this.#rates));
    this.incrementIterations();
    this.#watch.afterStep();
    if (this.#evaluatesAfterStep) {
      this.#evaluatesAfterStep = false;
      this.toEval();
    }
  }

  #bindTo(gradients: readonly NamedTensor[]): Training {
    if (this.#pending && hasTrainingPoint(this.#pending)) {
      throw new Error('The weights hold the point where gradients are taken: after setWeights() make the first step with minimize().');
    }
    return this.#bind(variablesOf(gradients.map(({ name }) => name)));
  }

  /** Before the first step from saved weights: the variables may have to be put where gradients are taken before the gradient is. */
  #bindSaved(varList: readonly tf.Variable[] | undefined): void {
    if (!this.#pending) return;
    const candidates = varList ?? Object.values(tf.engine().registeredVariables);
    this.#bind(variablesOf(candidates.filter(({ trainable }) => trainable).map(({ name }) => name)));
  }

  #bind(variables: readonly tf.Variable[]): Training {
    const trained = new TrainedVariables(variables);
    const stepper = createStepper(this.#row, trained.specs, variables);
    const training = { trained, stepper, backend: tf.getBackend() };
    try {
      this.#restorePending(training);
    } catch (error) {
      stepper.dispose();
      throw error;
    }
    this.#training = training;
    stepper.verdict.catch((error: unknown) => {
      if (this.#training === training) this.#watch.fail(inWords(error));
    });
    return training;
  }

  #restorePending(training: Training): void {
    if (!this.#pending) return;
    this.#restore(training, this.#pending);
    // Training goes on, so the variables have to hold the point that gradients are taken at.
    if (hasTrainingPoint(this.#pending)) training.trained.assign(training.stepper.params());
    this.#pending = null;
  }

  #restore({ trained, stepper }: Training, saved: SavedWeights): void {
    stepper.restore(toRowState(saved, this.#row, stepper.layout));
    if (!hasTrainingPoint(saved)) {
      trained.doubt();
      return;
    }
    const point = trainingPointOf(saved, stepper.layout);
    stepper.load(
      point,
      point.map((_, index) => index),
    );
    tf.dispose([...point]);
    trained.accept();
  }

  /** Whether weights are those of an optimizer that has made no step. */
  #isFresh({ k, weights }: SavedWeights): boolean {
    return k === 0 && weights.length === 0;
  }

  #forget(): void {
    this.#training?.stepper.dispose();
    this.#training = null;
    this.#pending = null;
  }

  #releaseWeights(): void {
    for (const { tensor } of this.#handedOut) tensor.dispose();
    this.#handedOut = [];
  }

  #assertUsable(): void {
    if (this.#isDisposed) throw new Error('This optimizer has been disposed.');
  }

  #assertTraining(): void {
    this.#assertUsable();
    this.#watch.assertSound();
    if (this.#isEvaluating) throw new Error('The variables hold the evaluation point: call toTrain() before training.');
    this.#assertBackend();
  }

  #assertBackend(): void {
    const { backend } = this.#training ?? {};
    if (backend !== undefined && backend !== tf.getBackend()) {
      throw new Error(`The optimizer's state is on the backend "${backend}", and "${tf.getBackend()}" is set: move it with getWeights().`);
    }
  }
}

async function savedTensors({ stepper }: Training, isEvaluating: boolean): Promise<NamedTensor[]> {
  // Before anything is waited for, so that all is of one step.
  const point = isEvaluating ? stepper.params() : null;
  const state = await stepper.state();
  return toNamedTensors(state, stepper.layout, point);
}

function assertRate(name: string, value: number): void {
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name} must be a number that is not negative, got ${value}.`);
}
