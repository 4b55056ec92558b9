import { describe, expect, it } from 'vitest';
import type { GoldenFile } from './files.ts';
import { referenceStepper, wasmStepper } from './here.ts';
import { opsStepper } from './ops.ts';
import type { Precision, RunReport } from './replay.ts';
import type { GoldenStepper } from './stepper.ts';
import { recordedFile, recordedOptimizers, replayAll, runCount } from './testing/recorded.ts';

/** Every verdict that is not ok, and that nothing was left out. */
function expectAllOk(runs: readonly RunReport[], count: number): void {
  expect(runs.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  expect(runs).toHaveLength(count);
}

const replay = (file: GoldenFile, stepper: GoldenStepper, precision: Precision) => replayAll([file], stepper, precision);

describe('recorded trajectories of the packages', () => {
  it.each(recordedOptimizers)('$optimizer: the float64 reference follows all runs to rounding', async ({ files }) => {
    expectAllOk(await replayAll(files, referenceStepper(), 'double'), runCount(files, 'float64'));
  });

  it.each(
    recordedOptimizers.flatMap((recorded) => [
      { ...recorded, runner: 'float32 operations follow', create: opsStepper },
      { ...recorded, runner: 'steps compiled to WebAssembly follow', create: wasmStepper },
    ]),
  )('$optimizer: $runner all runs', async ({ files, create }) => {
    const runs = await replayAll(files, await create(), 'single');
    expectAllOk(runs, runCount(files, 'float32'));
    // A window without steps would compare nothing, except where the package has no step either.
    expect(runs.every(({ compared, steps }) => compared >= Math.min(10, steps))).toBe(true);
  });

  it('a wrong hyperparameter fails', async () => {
    const file = recordedFile('adamw.P5');
    const runs = file.content.runs.map((run) => ({ ...run, args: { ...run.args, eps: 2e-8 } }));
    const wrong = await replay({ ...file, content: { ...file.content, runs } }, referenceStepper(), 'double');
    expect(wrong.every(({ verdict }) => verdict === 'failed')).toBe(true);
    expect(wrong[0]?.worst.what).toMatch(/params|final/);
  });

  it('a runner that yields NaN fails', async () => {
    const stepper = referenceStepper();
    const broken: GoldenStepper = {
      ...stepper,
      async step(grads, objective) {
        const { params, scalars } = await stepper.step(grads, objective);
        return { params: params.map(() => Number.NaN), scalars };
      },
    };
    const runs = await replay(recordedFile('sgd.P6'), broken, 'double');
    expect(runs.every(({ verdict }) => verdict === 'failed')).toBe(true);
  });

  it('an argument nobody knows is named', async () => {
    const file = recordedFile('sgd.P6');
    const runs = file.content.runs.map((run) => ({ ...run, args: { ...run.args, maximize: true } }));
    await expect(replay({ ...file, content: { ...file.content, runs } }, referenceStepper(), 'double')).rejects.toThrow(
      /sgd: argument "maximize" is not known/,
    );
  });
});

describe('what is recorded besides parameters and scalars', () => {
  const file = recordedFile('sgd.P1');
  /** The file's runs with a second vector that equals the parameters, and how the replay takes it. */
  const withVector = (what: 'eval_params' | 'avg_params' | 'z', change: (value: number) => number = (value) => value): GoldenFile => {
    const runs = file.content.runs.map((run) => ({ ...run, [what]: run.params.map((values) => values.map(change)) }));
    return { ...file, content: { ...file.content, runs } };
  };
  /** The reference, with a slot z that holds the parameters. */
  const withSlotZ = (): GoldenStepper => {
    const stepper = referenceStepper();
    return {
      ...stepper,
      slots: async () => {
        const [points, slots] = await Promise.all([stepper.evalPoints(), stepper.slots()]);
        const size = points.length / slots.length;
        return slots.map((own, row) => ({ ...own, z: Array.from(points.subarray(row * size, (row + 1) * size)) }));
      },
    };
  };

  it.each(['eval_params', 'avg_params'] as const)('%s are held against the evaluation point', async (what) => {
    const same = await replay(withVector(what), referenceStepper(), 'double');
    expect(same.map(({ verdict }) => verdict)).toEqual(same.map(() => 'ok'));
    const other = await replay(
      withVector(what, (value) => value + 1e-6),
      referenceStepper(),
      'double',
    );
    expect(other.map(({ verdict, worst }) => [verdict, worst.what])).toEqual(other.map(() => ['failed', 'evaluation point']));
  });

  it('z is held against the slot of that name, which has to be there', async () => {
    const same = await replay(withVector('z'), withSlotZ(), 'double');
    expect(same.map(({ verdict }) => verdict)).toEqual(same.map(() => 'ok'));
    const other = await replay(
      withVector('z', (value) => value + 1e-6),
      withSlotZ(),
      'double',
    );
    expect(other.map(({ verdict, worst }) => [verdict, worst.what])).toEqual(other.map(() => ['failed', 'z']));
    await expect(replay(withVector('z'), referenceStepper(), 'double')).rejects.toThrow('"z" is missing');
  });
});

describe('runs that end early', () => {
  const file = recordedFile('sgd.P1');
  const problem = file.problem as Extract<GoldenFile['problem'], { kind: 'quadratic' }>;
  const [run] = file.content.runs;
  if (!run) throw new Error('no run');

  /** SGD with a step that is too long for the quadratic, until the parameters leave 1e7. */
  function divergingRun(lr: number): GoldenFile['content']['runs'][number] {
    const params: number[][] = [];
    let x: number[] = [...problem.x0];
    for (;;) {
      x = x.map((value, i) => value - lr * (problem.a[i] as number) * (value - (problem.c[i] as number)));
      if (Math.max(...x.map(Math.abs)) > 1e7) break;
      params.push(x);
    }
    const args = { lr, momentum: 0, weight_decay: 0, nesterov: false, dampening: 0 };
    const steps = params.length;
    return {
      ...{ config: 'diverging', dtype: 'float64', args, schedule: 'none', steps, params, loss: [], scalars: {}, stable_steps: steps },
      amplification: 1e3,
      stopped: { reason: 'diverged', at_step: steps + 1 },
    };
  }
  const one = (changed: Partial<GoldenFile['content']['runs'][number]>, lr = 2): GoldenFile => ({
    ...file,
    content: { ...file.content, runs: [{ ...divergingRun(lr), ...changed }] },
  });
  const first = async (given: GoldenFile, stepper = referenceStepper()) => (await replay(given, stepper, 'double'))[0];
  const steps = divergingRun(2).steps;

  it('have to leave the bounds at the recorded step', async () => {
    expect(steps).toBeLessThan(problem.steps - 2);
    expect(await first(one({}))).toMatchObject({
      verdict: 'ok',
      ending: { isExpected: true, message: `ended at step ${steps + 1}: parameters beyond 1e7, as recorded` },
    });
    const { params } = divergingRun(2);
    const early = { params: params.slice(0, -1), steps: steps - 1, stable_steps: steps - 1, stopped: { reason: '', at_step: steps } };
    expect(await first(one(early))).toMatchObject({
      verdict: 'failed',
      ending: { message: `ended at step ${steps + 1}: parameters beyond 1e7, recorded until step ${steps}` },
    });
  });

  it('fail where ours goes on', async () => {
    const calm = { ...one({}), problem: { ...problem, a: problem.a.map((value) => value / 100) } };
    expect(await first({ ...calm, content: { ...calm.content, runs: [{ ...divergingRun(2), stable_steps: 0 }] } })).toMatchObject({
      verdict: 'failed',
      ending: { message: `recorded until step ${steps + 1}, but this row goes on` },
    });
  });

  it('fail where ours ends and the recorded one does not', async () => {
    const { stopped: _, ...endless } = divergingRun(2);
    const longer = {
      ...endless,
      params: [...endless.params, endless.params.at(-1) as number[]],
      steps: steps + 1,
      stable_steps: steps + 1,
    };
    const found = await first({ ...file, content: { ...file.content, runs: [longer] } });
    expect(found).toMatchObject({
      verdict: 'failed',
      ending: { message: `ended at step ${steps + 1}: parameters beyond 1e7; the recorded run goes on` },
    });
  });

  /** The reference with a row that has diverged. */
  const diverged = (divergedAt: number | null): GoldenStepper => {
    const stepper = referenceStepper();
    return {
      ...stepper,
      status: async () => [{ isActive: false, divergedAt, cause: divergedAt === null ? null : 'method', k: divergedAt ?? 0 }],
    };
  };
  const raising = { ...one({}), content: { ...file.content, runs: [{ ...run, raises: { type: 'ZeroDivisionError', at_step: 61 } }] } };

  it.each([
    [60, 'ok', 'the package raises ZeroDivisionError at step 61; this row ended at step 61: the method has no step there'],
    [59, 'failed', 'the package raises ZeroDivisionError at step 61; this row ended at step 60: the method has no step there'],
    [null, 'failed', 'the package raises ZeroDivisionError at step 61, but this row goes on'],
  ] as const)('by an error have to end as diverged at its step: at %s', async (divergedAt, verdict, message) => {
    expect(await first(raising, diverged(divergedAt))).toMatchObject({ verdict, ending: { message } });
  });
});
