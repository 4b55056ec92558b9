import type { PoolReply, PoolRequest } from './pool.ts';
import { BatchTrainer } from './train-batch.ts';

/** Answers a pool's requests until the parent disconnects. @param dataFolder the public/data folder */
export function servePool(dataFolder: string): Promise<number> {
  const trainer = new BatchTrainer(dataFolder);
  const reply = (message: PoolReply): void => {
    process.send?.(message);
  };
  process.on('message', (message: PoolRequest) => {
    trainer.train(message.batch, message.stepLimit).then(
      (trained) => reply({ ok: true, trained }),
      (error: unknown) => reply({ ok: false, message: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  return new Promise((resolve) => {
    process.on('disconnect', () => resolve(0));
  });
}
