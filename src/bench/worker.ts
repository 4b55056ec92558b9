import { OWN, type OwnId } from './contenders.ts';
import { openOwnTrainer } from './own-trainers.ts';
import { serveBench } from './serve.ts';

const isOwn = (id: string): id is OwnId => OWN.some((own) => own === id);

/** The page's own measurements: Freestep's training steps and nothing else, in a worker that ends with them. */
serveBench(self, async (contender, on, wasmFolder) => {
  if (!isOwn(contender)) throw new Error(`${contender} is not part of this page`);
  return openOwnTrainer(contender, on, wasmFolder);
});
