import { describe, expect, it } from 'vitest';
import { planLayout } from '../kernels/layout.ts';
import type { RowSpec, RunnerSpec } from '../kernels/optimizer-runner.ts';
import { ReferenceRunner } from '../kernels/reference-runner.ts';
import type { HyperValue, HyperValues } from '../kernels/step-program.ts';
import { defaultHyper, type HyperSpec, KIN, type Kin, type OptimizerDefinition } from './definition.ts';
import { optimizers } from './registry.ts';
import { optimizerCases, scenarioHyper } from './testing/cases.ts';
import { gradientsAt, type StreamKind, startingPoints } from './testing/gradients.ts';

const layout = planLayout(
  [
    { name: 'w', shape: [3, 4] },
    { name: 'b', shape: [4] },
  ],
  1,
);

function specOf(definition: OptimizerDefinition, hypers: readonly HyperValues[], steps: number, mult?: Float64Array): RunnerSpec {
  const rows = hypers.map(
    (hyper): RowSpec => ({ program: definition.program, hyper, mult: mult ?? new Float64Array(steps).fill(1), horizonSteps: steps }),
  );
  return { layout, rows, x0: startingPoints(layout, rows.length, 5), totalSteps: steps };
}

/** Everything a run holds, as one list. */
function bits(runner: ReferenceRunner, row: number): readonly number[] {
  const { params, rows } = runner.state();
  const state = rows[row];
  return [
    ...params.subarray(row * layout.n, (row + 1) * layout.n),
    ...Object.values(state?.slots ?? {}).flatMap((values) => Array.from(values)),
    ...Object.values(state?.scalars ?? {}).flat(),
  ];
}

/** Another valid value of a hyperparameter, far enough away to matter and inside its range. */
function otherValue(spec: HyperSpec, value: HyperValue): HyperValue {
  switch (spec.kind) {
    case 'flag':
      return value !== true;
    case 'integer':
      return Math.min(spec.max, Number(value) + 2);
    case 'list':
      return (value as readonly number[]).slice(0, -1);
    case 'number': {
      const current = Number(value);
      if (spec.scale === 'linear') return Math.min(spec.max, current + 0.3);
      if (spec.scale === 'log1m') return current === 0 ? 0.5 : 1 - (1 - current) * 1.5;
      return current >= spec.max ? 1.01 : Math.min(spec.max, current * 3);
    }
    default:
      return spec satisfies never;
  }
}

describe.each(optimizers.map((definition) => ({ id: definition.id, definition })))('$id', ({ id, definition }) => {
  const { program } = definition;
  const cases = optimizerCases.find((entry) => entry.definition === definition)?.cases;
  if (!cases) throw new Error(`${id} has no cases.`);
  const gradients = (kind: StreamKind, rows: number, seed: number, t: number) =>
    gradientsAt(kind, layout, rows, seed, t, cases.gradients?.scale);

  it('has one name for folder, program and registry', () => {
    expect(program.id).toBe(id);
    expect(optimizers.filter((other) => other.id === id)).toHaveLength(1);
  });

  it('has a form for exactly the hyperparameters its program reads', () => {
    expect(Object.keys(definition.hyper).sort()).toEqual([...program.rowHyper, ...program.blockHyper].sort());
    for (const [name, spec] of Object.entries(definition.hyper)) {
      const isBlock = program.blockHyper.includes(name);
      expect([name, isBlock]).toEqual([name, spec.kind === 'flag' || spec.kind === 'integer']);
      expect(spec.doc.length, `${name} has a doc`).toBeGreaterThan(20);
      if (spec.kind === 'number' || spec.kind === 'integer') {
        expect(spec.value, name).toBeGreaterThanOrEqual(spec.min);
        expect(spec.value, name).toBeLessThanOrEqual(spec.max);
      }
      if (spec.kind === 'number' && spec.scale === 'log') expect(spec.min, `${name} is positive on its log scale`).toBeGreaterThan(0);
    }
  });

  it('has presets that name known hyperparameters inside their range, the paper defaults first', () => {
    expect(definition.presets[0]?.id).toBe('paper');
    expect(Object.keys(definition.presets[0]?.hyper ?? {}).sort()).toEqual(Object.keys(definition.hyper).sort());
    expect(new Set(definition.presets.map((preset) => preset.id)).size).toBe(definition.presets.length);
    for (const preset of definition.presets) {
      for (const [name, value] of Object.entries(preset.hyper)) {
        const spec = definition.hyper[name];
        expect(spec, `${preset.id}: ${name}`).toBeDefined();
        if (spec?.kind === 'number' || spec?.kind === 'integer') {
          expect(value, `${preset.id}: ${name}`).toBeGreaterThanOrEqual(spec.min);
          expect(value, `${preset.id}: ${name}`).toBeLessThanOrEqual(spec.max);
        }
      }
    }
  });

  it('traces scalars that its program has', () => {
    expect(Object.keys(program.scalars)).toEqual(expect.arrayContaining(definition.traces.map((trace) => trace.id)));
    if (definition.estimate.kind === 'distance') expect(definition.traces.map((trace) => trace.id)).toContain(definition.estimate.trace);
    else expect(definition.estimate.why.length).toBeGreaterThan(20);
    expect(definition.points !== undefined).toBe(program.evalPoint !== undefined);
    expect(program.fused.evalPoint !== undefined).toBe(program.evalPoint !== undefined);
  });

  it('names a wgsl function for each of its stages', () => {
    const { wgsl, gather, decide, apply, sums } = program.fused;
    for (const name of [gather, decide, apply]) if (name !== undefined) expect(wgsl).toContain(`fn ${name}(`);
    expect(sums > 0).toBe(gather !== undefined);
  });

  it('minimizes a small quadratic with its defaults', () => {
    const { steps = 400, hyper = {} } = cases.convergence ?? {};
    const curvature = Float64Array.from({ length: layout.n }, (_, i) => 0.2 + (i % 4) / 4);
    const target = startingPoints(layout, 1, 77);
    const spec = specOf(
      definition,
      [{ ...defaultHyper(definition), ...hyper }],
      steps,
      new Float64Array(steps).map((_, t) => 1 - t / steps),
    );
    // A start as near as the smallest default learning rate can go in 400 steps.
    const runner = new ReferenceRunner({ ...spec, x0: target.map((value, i) => value + (i % 2 === 0 ? 0.1 : -0.1)) });
    const loss = () => runner.params.reduce((sum, value, i) => sum + 0.5 * (curvature[i] ?? 0) * (value - (target[i] ?? 0)) ** 2, 0);
    const first = loss();
    for (let t = 0; t < steps; t += 1) {
      runner.step(
        runner.params.map((value, i) => (curvature[i] ?? 0) * (value - (target[i] ?? 0))),
        Float64Array.of(loss()),
      );
    }
    expect(runner.status(0).divergedAt).toBeNull();
    expect(loss()).toBeLessThan(0.1 * first);
  });

  it('stays finite when every gradient is zero, and when zero gradients come first', () => {
    const hypers = cases.scenarios.map((scenario) => scenarioHyper(definition, scenario));
    for (const zeros of [12, 4]) {
      const runner = new ReferenceRunner(specOf(definition, hypers, 12));
      for (let t = 0; t < 12; t += 1) {
        const g = gradients(t < zeros ? 'zero' : 'drift', hypers.length, 3, t);
        runner.step(g, new Float64Array(hypers.length).fill(1));
      }
      hypers.forEach((_, row) => {
        // A method may have no step before its first gradient, if it says why.
        const { divergedAt, cause } = runner.status(row);
        if (cause === 'method') expect(program.failure).toMatch(/zero/);
        else expect(divergedAt).toBeNull();
        expect(bits(runner, row).filter((value) => !Number.isFinite(value))).toEqual([]);
      });
    }
  });

  it('moves nothing but its buffers while the schedule is 0', () => {
    if (cases.movesWhileIdle !== undefined) return;
    const still = 1 + (cases.standsStill?.steps ?? 0);
    const mult = Float64Array.from({ length: still + 1 }, (_, t) => (t === 0 ? 0 : 1));
    const runner = new ReferenceRunner(specOf(definition, [defaultHyper(definition)], still + 1, mult));
    const before = runner.params;
    for (let t = 0; t < still; t += 1) {
      runner.step(gradients('drift', 1, 3, t), Float64Array.of(1));
      expect(Array.from(runner.params)).toEqual(Array.from(before));
    }
    runner.step(gradients('drift', 1, 3, still), Float64Array.of(1));
    expect(Array.from(runner.params)).not.toEqual(Array.from(before));
  });

  it('keeps NaN in its own row', () => {
    const hypers = cases.scenarios.map((scenario) => scenarioHyper(definition, scenario));
    const runners = [0, 1].map(() => new ReferenceRunner(specOf(definition, [...hypers, ...hypers], 6)));
    const count = 2 * hypers.length;
    for (let t = 0; t < 6; t += 1) {
      runners.forEach((runner, index) => {
        const g = gradients('drift', count, 3, t);
        if (index === 1 && t === 2) g[hypers.length * layout.n] = Number.NaN;
        runner.step(g, new Float64Array(count).fill(1));
      });
    }
    for (let row = 0; row < count; row += 1) {
      const [clean, hit] = runners.map((runner) => bits(runner, row));
      if (row === hypers.length) expect(runners[1]?.status(row).divergedAt).toBe(2);
      else expect(hit).toEqual(clean);
    }
  });

  it.each(Object.keys(definition.hyper))('%s changes the result', (name) => {
    const spec = definition.hyper[name];
    if (!spec) throw new Error(name);
    const differs = cases.scenarios.some((scenario) => {
      const hyper = scenarioHyper(definition, scenario);
      const hypers = [hyper, { ...hyper, [name]: otherValue(spec, hyper[name] ?? spec.value) }];
      const steps = 20;
      const base = specOf(
        definition,
        hypers,
        steps,
        Float64Array.from({ length: steps }, (_, t) => (t + 1) / steps),
      );
      const x0 = base.x0.slice();
      x0.copyWithin(layout.n, 0, layout.n);
      const runner = new ReferenceRunner({ ...base, x0 });
      for (let t = 0; t < steps; t += 1) {
        const g = gradients('reversal', 1, 3, t);
        runner.step(Float64Array.of(...g, ...g), Float64Array.of(1, 1));
      }
      // Of a method with two points, some hyperparameters act on the evaluated one only.
      return [runner.params, runner.evalParams].some((point) => {
        const largest = Math.max(...point.map(Math.abs));
        return point.subarray(0, layout.n).some((value, i) => Math.abs(value - (point[layout.n + i] ?? 0)) > 1e-6 * largest);
      });
    });
    expect(differs).toBe(true);
  });

  it('carries the slots that its package recomputes as the same numbers', () => {
    const hypers = cases.scenarios.map((scenario) => scenarioHyper(definition, scenario));
    const spec = specOf(definition, hypers, 15);
    const [carried, recomputed] = [new ReferenceRunner(spec), new ReferenceRunner(spec, { recomputes: true })];
    for (let t = 0; t < 15; t += 1) {
      const g = gradients('drift', hypers.length, 9, t);
      const f = new Float64Array(hypers.length).fill(1);
      carried.step(g, f);
      recomputed.step(g, f);
    }
    const largest = Math.max(...carried.params.map(Math.abs));
    const worst = carried.params.reduce((most, value, i) => Math.max(most, Math.abs(value - (recomputed.params[i] ?? 0))), 0);
    // x0 - x of steps near 1e-6 has nine digits in float64.
    expect(worst / largest).toBeLessThan(1e-8);
  });
});

describe('invariants', () => {
  it('every method stands with its kin, in the order of menus', () => {
    const kins = optimizers.map(({ kin }) => kin);
    const order: readonly (Kin | undefined)[] = Object.keys(KIN) as Kin[];
    expect(kins).not.toContain(undefined);
    expect(kins).toEqual(kins.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
  });

  it('an estimate never falls', () => {
    for (const { definition, cases } of optimizerCases.filter((entry) => entry.definition.estimate.kind === 'distance')) {
      const name = definition.estimate.kind === 'distance' ? definition.estimate.trace : '';
      const hypers = cases.scenarios.map((scenario) => scenarioHyper(definition, scenario));
      const runner = new ReferenceRunner(specOf(definition, hypers, 30));
      let before = hypers.map((_, row) => runner.scalar(row, name)[0] ?? 0);
      for (let t = 0; t < 30; t += 1) {
        runner.step(
          gradientsAt(t % 2 === 0 ? 'reversal' : 'bursts', layout, hypers.length, 21, t),
          new Float64Array(hypers.length).fill(1),
        );
        const after = hypers.map((_, row) => runner.scalar(row, name)[0] ?? 0);
        after.forEach((value, row) => {
          expect(value).toBeGreaterThanOrEqual(before[row] ?? 0);
        });
        before = after;
      }
    }
  });

  it('the nominal multiplier follows the schedule', () => {
    for (const definition of optimizers.filter(({ nominal }) => nominal.followsSchedule !== false)) {
      const scalars = Object.fromEntries(Object.keys(definition.program.scalars).map((name) => [name, 2]));
      expect(definition.nominal.of(scalars, 0.5)).toBe(0.5 * definition.nominal.of(scalars, 1));
      expect(definition.nominal.of(scalars, 1)).toBeGreaterThan(0);
    }
  });
});
