import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { WasmProgram } from '../kernels/compiler/wasm/wasm-program.ts';
import { defaultHyper } from '../optimizers/definition.ts';
import { fetchFromDisk } from '../workloads/fetch-from-disk.ts';
import { optimizerOf } from './catalogue.ts';
import type { RaceConfig, RacerConfig } from './config.ts';
import { RaceControl } from './control.ts';
import type { RaceResult } from './result.ts';
import { resultToJson } from './result-json.ts';
import { type RaceEvent, runRace } from './run-race.ts';
import type { Runtime } from './runtime.ts';
import { orderOfAnswers } from './testing/order-of-answers.ts';
import { openWasmRuntime } from './wasm-runtime.ts';
import { WasmStep } from './wasm-step.ts';

const fetchFile = fetchFromDisk(join(import.meta.dirname, '../../public/data'));
const runtime: Runtime = openWasmRuntime('test', null);

const racer = (key: string, optimizer: string, over: Partial<RacerConfig> = {}): RacerConfig => ({
  key,
  optimizer,
  hyper: { ...defaultHyper(optimizerOf(optimizer)), ...over.hyper },
  labelSmoothing: 0,
  dropout: 0,
  auxDropout: 0,
  schedule: null,
  horizon: null,
  hidden: false,
  ...(over.horizon === undefined ? {} : { horizon: over.horizon }),
  ...(over.dropout === undefined ? {} : { dropout: over.dropout }),
});

const config = (racers: readonly RacerConfig[], over: Partial<RaceConfig> = {}): RaceConfig => ({
  workload: { id: 'digits', options: { width: 8, depth: 1 } },
  batch: 16,
  seed: 1,
  seeds: 1,
  horizon: 40 / 600,
  schedule: { kind: 'cosine', warmup: 0.1 },
  racers,
  ...over,
});

interface Raced {
  readonly result: RaceResult;
  readonly events: readonly RaceEvent[];
}

async function race(raceConfig: RaceConfig): Promise<Raced> {
  const events: RaceEvent[] = [];
  const { result } = await runRace({
    config: raceConfig,
    runtime,
    fetchFile,
    control: new RaceControl(false),
    emit: (event) => events.push(event),
    version: 'test',
    reportEveryMs: 20,
  });
  return { result, events };
}

const series = ({ result }: Raced, key: string): readonly Float32Array[] => {
  const run = result.runs.find(({ racerKey }) => racerKey === key);
  if (run === undefined) throw new Error(`no run of racer ${key}`);
  return run.series;
};

const final = (values: Float32Array | undefined): number => values?.at(-1) ?? Number.NaN;

describe('a race on WebAssembly', () => {
  it('trains several optimizers at once and brings their losses down', async () => {
    const keys = { a: 'adamw', b: 'nadamw', c: 'sgd', d: 'mechanicAdamw' } as const;
    // SGD and Mechanic's default learning rates are not for 40 steps of a small network.
    const racers = Object.entries(keys).map(([key, optimizer]) =>
      racer(key, optimizer, { hyper: { lr: optimizer === 'sgd' ? 0.1 : 0.01 } }),
    );
    const raced = await race(config(racers));
    for (const key of ['a', 'b', 'c']) {
      const [loss] = series(raced, key);
      // ln 10 = 2.30 at chance and rarely below 2.2 at the start; single batches of 16 scatter by about 0.2.
      expect(final(loss)).toBeLessThan(1.9);
    }
    const moved = raced.result.runs.find(({ racerKey }) => racerKey === 'd');
    expect(moved?.columns).toContain('movedMax');
    expect(final(moved?.series[2])).toBeGreaterThan(0);
    expect(raced.result.state).toBe('finished');
  });

  it('gives the same bits twice', async () => {
    const raceConfig = config([racer('a', 'adamw', { dropout: 0.1 }), racer('b', 'prodigy')], { seeds: 2 });
    const strip = ({ result }: Raced) => ({ ...resultToJson(result), seconds: [], finishedAt: '', runs: runsWithoutClock(result) });
    expect(strip(await race(raceConfig))).toEqual(strip(await race(raceConfig)));
  });

  it('starts runs of one seed at the same point, on the same batches', async () => {
    const { result } = await race(config([racer('a', 'adamw'), racer('b', 'prodigy')], { seeds: 2 }));
    const first = (key: string, seed: number): number =>
      result.runs.find((run) => run.racerKey === key && run.seed === seed)?.series[0]?.[0] ?? Number.NaN;
    expect(first('a', 1)).toBe(first('b', 1));
    expect(first('a', 2)).toBe(first('b', 2));
    expect(first('a', 1)).not.toBe(first('a', 2));
    expect(result.fingerprints.map(({ seed }) => seed)).toEqual([1, 2]);
    expect(new Set(result.fingerprints.map(({ hash }) => hash)).size).toBe(2);
    for (const { hash } of result.fingerprints) expect(hash).toMatch(/^[0-9a-f]{12}$/);
  });

  it('freezes a run that diverges, records its step and cause and leaves the others bit-identical', async () => {
    const calm = racer('a', 'adamw');
    // Decoupled decay multiplies the parameters by 1 - lr * decay = -99 per step: past the largest float32 within 20 steps.
    const wild = racer('b', 'adamw', { hyper: { lr: 10, weightDecay: 10 } });
    const same = racer('b', 'adamw');
    const disturbed = await race(config([calm, wild], { schedule: { kind: 'constant', warmup: 0 } }));
    const undisturbed = await race(config([calm, same], { schedule: { kind: 'constant', warmup: 0 } }));
    expect(series(disturbed, 'a')).toEqual(series(undisturbed, 'a'));
    const run = disturbed.result.runs.find(({ racerKey }) => racerKey === 'b');
    expect(run?.divergence).toMatchObject({ cause: 'loss' });
    const step = run?.divergence?.step ?? -1;
    expect(run?.series[0]?.length).toBe(step + 1);
    expect(disturbed.events).toContainEqual({ type: 'diverged', run: 1, divergence: { step, cause: 'loss' } });
    expect(run?.evaluations.at(-1)?.step ?? 0).toBeLessThanOrEqual(step + 1);
  });

  it('freezes a run at its own horizon and evaluates it there', async () => {
    const { result } = await race(config([racer('a', 'adamw'), racer('b', 'adamw', { horizon: 20 / 600 })]));
    const [long, short] = result.runs;
    expect(long?.series[0]?.length).toBe(40);
    expect(short?.series[0]?.length).toBe(20);
    // Period of digits: 600 / 40 = 15.
    expect(long?.evaluations.map(({ step }) => step)).toEqual([0, 15, 20, 30, 40]);
    expect(short?.evaluations.map(({ step }) => step)).toEqual([0, 15, 20]);
  });

  it('asks for predictions once the samples have come, so that the clock of training does not count them', async () => {
    const order = await orderOfAnswers(WasmStep.prototype, () => race(config([racer('a', 'adamw')])));
    expect(order.slice(-2)).toEqual(['samples have come', 'predictions were asked for']);
  });

  it('takes the memory that was planned', async () => {
    const create = vi.spyOn(WasmProgram, 'create');
    try {
      const { events } = await race(
        config([racer('a', 'adamw'), racer('b', 'prodigy')], { workload: { id: 'digits', options: { width: 64, depth: 2 } } }),
      );
      const program = await create.mock.results[0]?.value;
      const [started] = events.filter((event) => event.type === 'started');
      const planned = started?.plannedBytes ?? 0;
      // The plan also counts schedules and samples, which the host keeps, and not the code's scratch memory: a few percent each.
      expect(planned / program.bytes).toBeGreaterThan(0.95);
      expect(planned / program.bytes).toBeLessThan(1.2);
    } finally {
      create.mockRestore();
    }
  });

  it('makes single steps while paused and stops with what was measured', async () => {
    const control = new RaceControl(true);
    const seen: number[] = [];
    const { result } = await runRace({
      config: config([racer('a', 'adamw')]),
      runtime,
      fetchFile,
      control,
      emit: (event) => {
        if (event.type === 'state' && event.state === 'paused') control.single();
        if (event.type !== 'samples') return;
        seen.push(event.count);
        if (seen.length < 3) control.single();
        else control.stop();
      },
      version: 'test',
      reportEveryMs: 20,
    });
    expect(seen).toEqual([1, 1, 1]);
    expect(result.state).toBe('stopped');
    expect(result.runs[0]?.series[0]?.length).toBe(3);
    expect(result.seconds.length).toBe(3);
  });

  it('refuses a bad configuration by naming what is wrong', async () => {
    await expect(race(config([racer('a', 'adamw')], { batch: 100_000 }))).rejects.toThrow(/batch size is 100000/i);
  });
});

/** Runs without anything that was timed. */
function runsWithoutClock(result: RaceResult) {
  return resultToJson(result).runs.map((run) => ({
    ...run,
    evaluations: run.evaluations.map(({ step, metrics }) => ({ step, metrics })),
    timeToTarget: run.timeToTarget?.steps ?? null,
  }));
}
