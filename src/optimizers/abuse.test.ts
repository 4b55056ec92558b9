import { beforeAll, describe, expect, it } from 'vitest';
import { opsRunner, referenceRunner, wasmRunner } from '../kernels/testing/host-runner.ts';
import * as tf from '../kernels/tf.ts';
import type { OptimizerDefinition } from './definition.ts';
import { optimizers } from './registry.ts';
import { ABUSES, abusedInputs, abusedSpec, brokenParts } from './testing/abuse.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const runners = [
  { runner: 'float64', create: referenceRunner },
  { runner: 'operations in float32', create: opsRunner },
  { runner: 'WebAssembly in float32', create: wasmRunner },
] as const;

/** Steps a method through every abuse; what became NaN or infinite without ending the run, in words. */
async function silentFailures(definition: OptimizerDefinition, create: (typeof runners)[number]['create']): Promise<readonly string[]> {
  const found: string[] = [];
  for (const abuse of ABUSES) {
    const runner = await create(abusedSpec(definition, abuse));
    for (let t = 0; t < abuse.steps; t += 1) {
      const { grads, objective } = abusedInputs(abuse, t);
      runner.step(grads, objective);
      const [status] = await runner.status();
      if (status?.cause === 'method' && !definition.program.failure) found.push(`${abuse.label}: fails without a word why`);
      if (status?.cause) break;
      const broken = brokenParts(await runner.state(), await runner.evalParams());
      if (broken.length > 0) found.push(`${abuse.label}: ${broken.join(', ')} not finite after step ${t + 1}`);
    }
    runner.dispose();
  }
  return found;
}

describe.each(runners)('whatever users do, with $runner', ({ create }) => {
  it.each(optimizers.map((definition) => ({ id: definition.id, definition })))(
    '$id stays finite or ends with a named cause',
    async ({ definition }) => {
      expect(await silentFailures(definition, create)).toEqual([]);
    },
  );
});
