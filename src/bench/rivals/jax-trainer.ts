import {
  blockUntilReady,
  defaultDevice,
  getWebGPUDevice,
  init,
  type Array as JaxArray,
  jit,
  numpy as np,
  valueAndGrad,
  vmap,
} from '@jax-js/jax';
import { buildNetwork } from '../../engine/testing/networks/networks.ts';
import { ADAM, epochBatches, gatherBatch, initialParameters, learningRates, type Trainer, type TrainingCase } from '../trainer.ts';
import { type JaxLoss, jaxNetwork } from './jax-networks.ts';

/** Everything a run carries from step to step. A type alias, because jax-js's trees take no interface. */
type State = {
  params: JaxArray[];
  m: JaxArray[];
  v: JaxArray[];
  /** beta1^t and beta2^t, scalars. */
  power1: JaxArray;
  power2: JaxArray;
};

/** One step of one run in one traced function, Adam included, so that jax-js may fuse as it sees fit. */
function makeStep(loss: JaxLoss) {
  return (state: State, lr: JaxArray, x: JaxArray, y: JaxArray): [State, JaxArray] => {
    const { params, m, v, power1, power2 } = state;
    const [value, grads] = valueAndGrad(loss)(
      params.map((p) => p.ref),
      x,
      y,
    ) as unknown as [JaxArray, JaxArray[]];
    const newPower1 = power1.mul(ADAM.beta1);
    const newPower2 = power2.mul(ADAM.beta2);
    const correction1 = np.subtract(1, newPower1.ref);
    const correction2 = np.subtract(1, newPower2.ref);
    const newM: JaxArray[] = [];
    const newV: JaxArray[] = [];
    const newParams = params.map((p, i) => {
      const g = grads[i] as JaxArray;
      const mi = (m[i] as JaxArray).mul(ADAM.beta1).add(g.ref.mul(1 - ADAM.beta1));
      const vi = (v[i] as JaxArray).mul(ADAM.beta2).add(np.square(g).mul(1 - ADAM.beta2));
      newM.push(mi.ref);
      newV.push(vi.ref);
      const step = mi.div(correction1.ref).div(np.sqrt(vi.div(correction2.ref)).add(ADAM.eps));
      return p.sub(step.mul(lr.ref));
    });
    for (const spent of [correction1, correction2, lr]) spent.dispose();
    return [{ params: newParams, m: newM, v: newV, power1: newPower1, power2: newPower2 }, value];
  };
}

/** Training in jax-js: `jit` for one run, `jit(vmap)` for several. Batches are kept on the device. */
export function openJaxTrainer(on: TrainingCase, device: 'webgpu' | 'wasm'): Promise<Trainer> {
  return openWithRates(on, device, learningRates(on.runs));
}

/** One compiled step for one run, called for one run after the other. */
export async function openJaxTurns(on: TrainingCase, device: 'webgpu' | 'wasm'): Promise<Trainer> {
  const alone: Trainer[] = [];
  for (const rate of learningRates(on.runs)) alone.push(await openWithRates({ ...on, runs: 1 }, device, [rate]));
  const [first] = alone as [Trainer];
  return {
    place: first.place,
    facts: null,
    async advance(count) {
      let host = 0;
      for (const trainer of alone) host += await trainer.advance(count);
      return host;
    },
    losses: async () => (await Promise.all(alone.map((trainer) => trainer.losses()))).flat(),
    dispose() {
      for (const trainer of alone) trainer.dispose();
    },
  };
}

async function openWithRates({ network: spec, runs }: TrainingCase, device: 'webgpu' | 'wasm', rates: readonly number[]): Promise<Trainer> {
  const started = await init(device);
  if (!started.includes(device)) throw new Error(`jax-js did not start its ${device} backend`);
  defaultDevice(device);
  const network = buildNetwork(spec);
  const { loss, convert, inputShape, labelShape } = jaxNetwork(spec.sizes, runs > 1);
  const isOne = runs === 1;
  const lead = isOne ? [] : [runs];
  const own = (values: Float32Array, shape: readonly number[]): JaxArray => {
    const rows = new Float32Array(values.length * runs);
    for (let run = 0; run < runs; run++) rows.set(values, run * values.length);
    return np.array(rows, { shape: [...lead, ...shape] });
  };
  const starts = initialParameters(network).map((values, i) => convert(i, values, network.model.parameters[i]?.shape ?? []));
  const zeros = (): JaxArray[] => starts.map(({ values, shape }) => own(new Float32Array(values.length), shape));
  let state: State = {
    params: starts.map(({ values, shape }) => own(values, shape)),
    m: zeros(),
    v: zeros(),
    power1: own(Float32Array.of(1), []),
    power2: own(Float32Array.of(1), []),
  };
  const lr = np.array(Float32Array.from(rates), { shape: lead });
  const batches = epochBatches(network).map((rows) => {
    const { x, y } = gatherBatch(network, rows);
    return {
      x: np.array(x?.values as Float32Array, { shape: inputShape(spec.batch) }),
      y: np.array(y?.values as Float32Array, { shape: labelShape(spec.batch) }),
    };
  });
  const one = makeStep(loss);
  const step = isOne ? jit(one) : jit(vmap(one, [0, 0, null, null]) as unknown as typeof one);
  let last: JaxArray | null = null;
  let t = 0;
  const finish = async (): Promise<void> => {
    await blockUntilReady([...state.params, ...(last === null ? [] : [last])]);
    if (device === 'webgpu') await getWebGPUDevice().queue.onSubmittedWorkDone();
  };
  return {
    place: device === 'webgpu' ? 'jax-js WebGPU' : `jax-js WASM, ${globalThis.crossOriginIsolated ? 'threads' : 'one thread'}`,
    facts: null,
    async advance(count) {
      const start = performance.now();
      for (let i = 0; i < count; i++, t++) {
        const { x, y } = batches[t % batches.length] as (typeof batches)[number];
        last?.dispose();
        [state, last] = step(state, lr.ref, x.ref, y.ref) as [State, JaxArray];
      }
      const host = performance.now() - start;
      await finish();
      return host;
    },
    async losses() {
      if (last === null) throw new Error('no step was made yet');
      return Array.from(await last.ref.data());
    },
    dispose() {
      for (const array of [...state.params, ...state.m, ...state.v, state.power1, state.power2, lr]) array.dispose();
      for (const { x, y } of batches) {
        x.dispose();
        y.dispose();
      }
      last?.dispose();
      step.dispose();
    },
  };
}
