import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countGpuBuffers } from '../kernels/testing/gpu-buffers.ts';
import * as tf from '../kernels/tf.ts';
import { defaultHyper } from '../optimizers/definition.ts';
import { optimizers } from '../optimizers/registry.ts';
import { fetchFromUrl } from '../workloads/fetch-from-url.ts';
import { openBackend } from './backend.ts';
import { optimizerOf } from './catalogue.ts';
import { MAX_RACERS, type RaceConfig, type RacerConfig } from './config.ts';
import { RaceControl } from './control.ts';
import { GpuStep } from './gpu-step.ts';
import type { RaceResult } from './result.ts';
import { resultToJson } from './result-json.ts';
import { type RaceEvent, runRace } from './run-race.ts';
import type { Runtime } from './runtime.ts';
import { orderOfAnswers } from './testing/order-of-answers.ts';

const fetchFile = fetchFromUrl(new URL('/data/', location.href).href);
let runtime: Runtime;

beforeAll(async () => {
  runtime = await openBackend('webgpu');
});

afterAll(() => runtime.dispose());

const racer = (key: string, optimizer: string, over: Partial<RacerConfig> = {}): RacerConfig => ({
  key,
  optimizer,
  labelSmoothing: 0,
  dropout: 0,
  auxDropout: 0,
  schedule: null,
  horizon: null,
  hidden: false,
  ...over,
  hyper: { ...defaultHyper(optimizerOf(optimizer)), ...over.hyper },
});

const config = (racers: readonly RacerConfig[], over: Partial<RaceConfig> = {}): RaceConfig => ({
  workload: { id: 'digits', options: { width: 8, depth: 1 } },
  batch: 16,
  seed: 1,
  seeds: 1,
  horizon: 20 / 600,
  schedule: { kind: 'constant', warmup: 0 },
  racers,
  ...over,
});

async function race(raceConfig: RaceConfig, onEvent: (event: RaceEvent) => void = () => {}): Promise<RaceResult> {
  const { result } = await runRace({
    config: raceConfig,
    runtime,
    fetchFile,
    control: new RaceControl(false),
    emit: onEvent,
    version: 'test',
    reportEveryMs: 50,
  });
  return result;
}

/** Runs without anything that was timed. */
const bits = (result: RaceResult) =>
  resultToJson(result).runs.map((run) => ({ ...run, evaluations: run.evaluations.map((point) => ({ ...point, seconds: 0 })) }));

/** Every optimizer of the registry, as many in one race as a race has room for. */
const batches = Array.from({ length: Math.ceil(optimizers.length / MAX_RACERS) }, (_, batch) =>
  optimizers.slice(batch * MAX_RACERS, (batch + 1) * MAX_RACERS).map(({ id }) => id),
);

describe('a race on WebGPU', () => {
  it('runs on the adapter that was asked for and says which one', () => {
    expect(runtime.info.id).toBe('webgpu');
    expect(runtime.info.adapter).not.toBe('');
    expect(runtime.info.reason).toContain('backend=webgpu');
  });

  it.each(batches.map((ids) => [ids.join(', '), ids] as const))(
    'trains %s in one batch, and the same bits come out twice',
    async (_, ids) => {
      const racers = ids.map((id, index) => racer('abcdefgh'.charAt(index), id, { dropout: index % 2 === 0 ? 0.1 : 0 }));
      const first = await race(config(racers, { seeds: 2 }));
      for (const run of first.runs) {
        expect(run.divergence, racers.find(({ key }) => key === run.racerKey)?.optimizer).toBeNull();
        expect(run.series[0]?.every(Number.isFinite)).toBe(true);
      }
      // Without dropout, runs of one seed see the same first batch from the same start, whatever their optimizer.
      const isPlain = (key: string): boolean => racers.find((entry) => entry.key === key)?.dropout === 0;
      const losses = (seed: number) =>
        first.runs.filter((run) => run.seed === seed && isPlain(run.racerKey)).map(({ series }) => series[0]?.[0]);
      expect(losses(1).length).toBe(Math.floor(ids.length / 2));
      expect(new Set(losses(1)).size).toBe(1);
      expect(new Set([...losses(1), ...losses(2)]).size).toBe(2);
      expect(bits(await race(config(racers, { seeds: 2 })))).toEqual(bits(first));
      expect(runtime.failure).toBeNull();
    },
  );

  it('freezes a run that diverges and leaves the others bit-identical', async () => {
    // Decoupled decay multiplies the parameters by 1 - lr * decay = -99 per step: past the largest float32 within 20 steps.
    const wild = racer('b', 'adamw', { hyper: { lr: 10, weightDecay: 10 } });
    const disturbed = await race(config([racer('a', 'adamw'), wild, racer('c', 'prodigy')], { horizon: 40 / 600 }));
    const calm = await race(config([racer('a', 'adamw'), racer('b', 'adamw'), racer('c', 'prodigy')], { horizon: 40 / 600 }));
    const [a, b, c] = bits(disturbed);
    expect(b?.divergence).not.toBeNull();
    expect([a, c]).toEqual([bits(calm)[0], bits(calm)[2]]);
  });

  it('asks for predictions before the samples of the steps before them have come, so that both come together', async () => {
    const order = await orderOfAnswers(GpuStep.prototype, () => race(config([racer('a', 'adamw')])));
    expect(order.slice(-2)).toEqual(['predictions were asked for', 'samples have come']);
  });

  it('freezes a run at its own horizon', async () => {
    const [long, short] = (await race(config([racer('a', 'adamw'), racer('b', 'adamw', { horizon: 10 / 600 })]))).runs;
    expect(long?.series[0]?.length).toBe(20);
    expect(short?.series[0]?.length).toBe(10);
    // Up to its horizon the shorter run is the longer one's twin under a constant schedule.
    expect(short?.series[0]).toEqual(long?.series[0]?.slice(0, 10));
    expect(short?.evaluations.at(-1)?.step).toBe(10);
  });

  it('holds as many GPU buffers and tensors after many steps as after few, and none after the race', async () => {
    const counted = countGpuBuffers();
    // Not tf.memory(): there is no backend to ask.
    const tensors = tf.engine().state.numTensors;
    const seen: ReturnType<typeof counted.held>[] = [];
    try {
      await race(config([racer('a', 'adamw', { dropout: 0.1 }), racer('b', 'prodigy')], { horizon: 90 / 600 }), (event) => {
        if (event.type === 'evaluation' && event.step >= 30) seen.push(counted.held());
      });
      expect(seen.length).toBe(5);
      for (const held of seen) expect(held).toEqual(seen[0]);
      expect(seen[0]?.bytes).toBeGreaterThan(0);
      expect(counted.held()).toEqual({ buffers: 0, bytes: 0 });
      expect(tf.engine().state.numTensors).toBe(tensors);
    } finally {
      counted.stop();
    }
  });
});
