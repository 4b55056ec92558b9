import { openCompiledTrainer } from './compiled-trainer.ts';
import { COMPILED, type CompiledId, PRODUCT } from './contenders.ts';
import { openProductTrainer } from './rates/product-trainer.ts';
import { serveBench } from './serve.ts';

const isCompiled = (id: string): id is CompiledId => COMPILED.some((own) => own === id);

/** The page's own measurements: its compiled training steps and nothing else, in a worker that ends with them. */
serveBench(self, async (contender, on) => {
  if (contender === PRODUCT) return openProductTrainer(on);
  if (!isCompiled(contender)) throw new Error(`${contender} is not part of this page`);
  return openCompiledTrainer(on, contender);
});
