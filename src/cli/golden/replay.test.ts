import { describe, expect, it } from 'vitest';
import { type GoldenFile, GoldenReader, listGoldenFiles } from './files.ts';
import { referenceStepper, wasmStepper } from './here.ts';
import { opsStepper } from './ops.ts';
import { type Precision, replayFile } from './replay.ts';
import type { GoldenStepper } from './stepper.ts';

const files = listGoldenFiles([new URL('./data', import.meta.url).pathname]);
const reader = new GoldenReader();
/** Recorded optimizers that the registry implements, and how many configurations each has on all problems together. */
const RECORDED = { adamw: 30, nadamw: 24, sgd: 18, prodigy: 90, mechanic: 54 };

async function replay(file: GoldenFile, stepper: GoldenStepper, precision: Precision) {
  const report = await replayFile(file.name, file.content, file.problem, stepper, precision);
  if (report.kind === 'not implemented') throw new Error(`${file.name} is not implemented`);
  return report.runs;
}

async function replayAll(optimizer: string, stepper: GoldenStepper, precision: Precision) {
  const runs = [];
  for (const path of files.filter((file) => file.includes(`/${optimizer}.P`)))
    runs.push(...(await replay(reader.read(path), stepper, precision)));
  return runs;
}

describe('recorded trajectories of the packages', () => {
  it.each(Object.entries(RECORDED))('%s: the float64 reference follows all %i runs to rounding', async (optimizer, count) => {
    const runs = await replayAll(optimizer, referenceStepper(), 'double');
    expect(runs.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    expect(runs).toHaveLength(count);
  });

  it.each(
    Object.entries(RECORDED).flatMap(([optimizer, count]) => [
      { optimizer, count, runner: 'float32 operations follow', create: opsStepper },
      { optimizer, count, runner: 'steps compiled to WebAssembly follow', create: wasmStepper },
    ]),
  )('$optimizer: $runner all $count runs', async ({ optimizer, count, create }) => {
    const runs = await replayAll(optimizer, await create(), 'single');
    expect(runs.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
    expect(runs).toHaveLength(count);
    // A window without steps would compare nothing.
    expect(runs.every(({ compared }) => compared >= 10)).toBe(true);
  });

  it('a wrong hyperparameter fails', async () => {
    const file = reader.read(files.find((path) => path.includes('/adamw.P5')) ?? '');
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
    const runs = await replay(reader.read(files.find((path) => path.includes('/sgd.P6')) ?? ''), broken, 'double');
    expect(runs.every(({ verdict }) => verdict === 'failed')).toBe(true);
  });

  it('an argument nobody knows is named', async () => {
    const file = reader.read(files.find((path) => path.includes('/sgd.P6')) ?? '');
    const runs = file.content.runs.map((run) => ({ ...run, args: { ...run.args, maximize: true } }));
    await expect(replay({ ...file, content: { ...file.content, runs } }, referenceStepper(), 'double')).rejects.toThrow(
      /sgd: argument "maximize" is not known/,
    );
  });
});
