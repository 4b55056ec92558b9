import { COMPILED, type CompiledId } from '../../bench/contenders.ts';
import { CURVE_VALUES, curveCase, floorMs, mlpWork } from '../../bench/curves.ts';
import { measureCase } from '../../bench/measure-case.ts';
import type { Curve, CurveAxis, Growth, Rates } from '../../bench/report.ts';
import type { CaseResult } from '../../bench/results.ts';
import type { WorkloadSteps } from '../../bench/workload-steps.ts';
import { NETWORKS } from '../../engine/testing/networks/specs.ts';
import { workloads } from '../../workloads/registry.ts';
import type { BenchArguments } from './arguments.ts';
import { openIn } from './page-trainer.ts';
import type { BenchPages } from './pages.ts';
import { contendersOf, tableCases } from './table-cases.ts';

type Say = (text: string) => void;

/** Curves show a shape, not a verdict: their points get by with fewer rounds. */
const CURVE_ROUNDS = 3;
/** Isolated first: its clock is finer, so what uses no threads is measured there. */
const ISOLATION = [true, false] as const;
const WORKLOAD_RUNS = [1, 8];
const GROWTH_STEPS = 5000;
/** Before this many steps are made, pools and rings are still filling. */
const SETTLED_STEPS = 600;

export async function measureTable(pages: BenchPages, args: BenchArguments, say: Say): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  for (const on of tableCases(args)) {
    const plan = { contenders: contendersOf(on, args), isolation: ISOLATION, rounds: args.rounds };
    results.push(await measureCase(openIn(pages), on, plan, say));
  }
  return results;
}

type AllRates = Readonly<Partial<Record<CompiledId, Rates>>>;

/** Rates of both generators, or those that were measured before where these were better: a rate is what a machine is able to do. */
async function betterRates(pages: BenchPages, before: AllRates, say: Say): Promise<AllRates> {
  const rates: Partial<Record<CompiledId, Rates>> = {};
  for (const id of COMPILED) {
    say(`bare product and copy of ${id}`);
    const now = await pages.plain.evaluate((given) => window.freestepBench.rates(given), id);
    rates[id] = {
      multiplyAddsPerSecond: Math.max(now.multiplyAddsPerSecond, before[id]?.multiplyAddsPerSecond ?? 0),
      copyBytesPerSecond: Math.max(now.copyBytesPerSecond, before[id]?.copyBytesPerSecond ?? 0),
    };
  }
  return rates;
}

/** Cost curves and their floors, which are measured before, between and after the curves, because the machine drifts. */
export async function measureCurves(pages: BenchPages, say: Say): Promise<{ readonly rates: AllRates; readonly curves: readonly Curve[] }> {
  let rates = await betterRates(pages, {}, say);
  const results: { readonly axis: CurveAxis; readonly at: number; readonly result: CaseResult }[] = [];
  for (const axis of Object.keys(CURVE_VALUES) as CurveAxis[]) {
    for (const at of CURVE_VALUES[axis]) {
      // Without threads, as the floor is measured.
      const plan = { contenders: COMPILED, isolation: [false], rounds: CURVE_ROUNDS };
      results.push({ axis, at, result: await measureCase(openIn(pages), curveCase(axis, at), plan, say) });
    }
    rates = await betterRates(pages, rates, say);
  }
  const curves = COMPILED.flatMap((contender) =>
    (Object.keys(CURVE_VALUES) as CurveAxis[]).map((axis): Curve => {
      const points = results.flatMap(({ axis: own, at, result }) => {
        const rate = rates[contender];
        const entry = result.measured.find((measured) => measured.contender === contender);
        if (own !== axis || entry === undefined || rate === undefined) return [];
        return [{ at, stepMs: entry.stepMs, floorMs: floorMs(mlpWork(result.on), rate) }];
      });
      return { contender, axis, points };
    }),
  );
  return { rates, curves };
}

/** Training steps of the workloads, with both generators. */
export async function measureWorkloads(pages: BenchPages, args: BenchArguments, say: Say): Promise<readonly WorkloadSteps[]> {
  const results: WorkloadSteps[] = [];
  for (const { id } of workloads) {
    if (args.only !== null && !id.includes(args.only)) continue;
    for (const runs of WORKLOAD_RUNS) {
      for (const of of COMPILED) {
        say(`${id}, R = ${runs}: ${of}`);
        results.push(
          await pages.plain.evaluate(([own, count, by]) => window.freestepBench.workload(own, count, by), [id, runs, of] as const),
        );
      }
    }
  }
  return results;
}

/** Memory held before and after thousands of steps. */
export async function measureGrowth(pages: BenchPages, say: Say): Promise<readonly Growth[]> {
  const growth: Growth[] = [];
  const [network] = NETWORKS;
  if (network === undefined) throw new Error('there is no network to train');
  for (const contender of COMPILED) {
    say(`memory of ${contender} over ${GROWTH_STEPS} steps`);
    const trainer = await openIn(pages)(contender, { network, runs: 1 }, false);
    const bytesBefore = await trainer.advance(SETTLED_STEPS);
    const bytesAfter = await trainer.advance(GROWTH_STEPS);
    await trainer.close();
    growth.push({ contender, network: network.id, runs: 1, steps: GROWTH_STEPS, bytesBefore, bytesAfter });
  }
  return growth;
}
