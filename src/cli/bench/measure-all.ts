import { COMPILED, type CompiledId } from '../../bench/contenders.ts';
import { CURVE_VALUES, curveCase, floorMs, mlpWork } from '../../bench/curves.ts';
import { measureCase } from '../../bench/measure-case.ts';
import type { Curve, CurveAxis, Growth, Rates } from '../../bench/report.ts';
import type { CaseResult } from '../../bench/results.ts';
import { NETWORKS } from '../../engine/testing/networks/specs.ts';
import type { BenchArguments } from './arguments.ts';
import { openIn } from './page-trainer.ts';
import type { BenchPages } from './pages.ts';
import { contendersOf, tableCases } from './table-cases.ts';

type Say = (text: string) => void;

/** Curves show a shape, not a verdict: their points get by with fewer rounds. */
const CURVE_ROUNDS = 3;
/** Isolated first: its clock is finer, so what uses no threads is measured there. */
const ISOLATION = [true, false] as const;
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

/** Rates of both generators. */
export async function measureRates(pages: BenchPages, say: Say): Promise<Readonly<Partial<Record<CompiledId, Rates>>>> {
  const rates: Partial<Record<CompiledId, Rates>> = {};
  for (const of of COMPILED) {
    say(`bare product and copy of ${of}`);
    rates[of] = await pages.plain.evaluate((id) => window.freestepBench.rates(id), of);
  }
  return rates;
}

export async function measureCurves(
  pages: BenchPages,
  rates: Readonly<Partial<Record<CompiledId, Rates>>>,
  say: Say,
): Promise<readonly Curve[]> {
  const curves: Curve[] = [];
  for (const axis of Object.keys(CURVE_VALUES) as CurveAxis[]) {
    const results: { readonly at: number; readonly result: CaseResult }[] = [];
    for (const at of CURVE_VALUES[axis]) {
      const plan = { contenders: COMPILED, isolation: [false], rounds: CURVE_ROUNDS };
      results.push({ at, result: await measureCase(openIn(pages), curveCase(axis, at), plan, say) });
    }
    for (const contender of COMPILED) {
      const points = results.flatMap(({ at, result }) => {
        const rate = rates[contender];
        const entry = result.measured.find((measured) => measured.contender === contender);
        if (entry === undefined || rate === undefined) return [];
        return [{ at, stepMs: entry.stepMs, floorMs: floorMs(mlpWork(result.on), rate) }];
      });
      curves.push({ contender, axis, points });
    }
  }
  return curves;
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
