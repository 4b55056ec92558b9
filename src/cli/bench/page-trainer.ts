import type { OpenedTrainer, OpenRemote } from '../../bench/measure-case.ts';
import type { BenchPages } from './pages.ts';

/** Opens trainings in the workers of one of the two pages. */
export function openIn({ plain, isolated }: BenchPages): OpenRemote {
  return async (contender, on, isIsolated): Promise<OpenedTrainer> => {
    const page = isIsolated ? isolated : plain;
    const given = { contender, on };
    const { id, place, facts, openMs } = await page.evaluate(({ contender, on }) => window.freestepBench.open(contender, on), given);
    return {
      place,
      facts,
      openMs,
      losses: (steps) => page.evaluate(({ id, steps }) => window.freestepBench.losses(id, steps), { id, steps }),
      sample: (minMs) => page.evaluate(({ id, minMs }) => window.freestepBench.sample(id, minMs), { id, minMs }),
      advance: (steps) => page.evaluate(({ id, steps }) => window.freestepBench.advance(id, steps), { id, steps }),
      close: () => page.evaluate(({ id }) => window.freestepBench.close(id), { id }),
    };
  };
}
