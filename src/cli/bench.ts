import { CONTENDERS, type ContenderId } from '../bench/contenders.ts';
import { measureCase } from '../bench/measure-case.ts';
import { NETWORKS } from '../engine/testing/networks/specs.ts';
import { openIn } from './bench/page-trainer.ts';
import { withBenchPages } from './bench/pages.ts';

export async function main(args: string[]): Promise<number> {
  const only = args[args.indexOf('--only') + 1];
  const rounds = args.includes('--rounds') ? Number(args[args.indexOf('--rounds') + 1]) : 7;
  const who = (args.includes('--who') ? args[args.indexOf('--who') + 1]?.split(',') : Object.keys(CONTENDERS)) as ContenderId[];
  await withBenchPages(async (pages) => {
    for (const network of NETWORKS) {
      if (args.includes('--only') && !network.id.includes(only ?? '')) continue;
      for (const runs of network.id === 'mlpSmall' ? [1, 8, 32] : [1, 8]) {
        const { measured, unable } = await measureCase(
          openIn(pages),
          { network, runs },
          { contenders: who, isolation: [false, true], rounds },
          () => {},
        );
        for (const m of measured)
          console.log(
            network.id,
            runs,
            m.contender,
            m.isIsolated,
            m.stepMs.median.toFixed(2),
            m.stepMs.q1.toFixed(2),
            m.stepMs.q3.toFixed(2),
            m.hostMs.median.toFixed(2),
            m.openMs.toFixed(0),
          );
        console.log(unable);
      }
    }
  });
  return 0;
}
