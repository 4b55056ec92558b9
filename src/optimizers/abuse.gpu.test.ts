import { beforeAll, describe, expect, it } from 'vitest';
import { HostFedRunner, testDevice } from '../kernels/fused/testing/fused-harness.ts';
import { optimizers } from './registry.ts';
import { ABUSES, abusedInputs, abusedSpec, brokenParts } from './testing/abuse.ts';

let device: GPUDevice;
let errors: readonly string[];

beforeAll(async () => {
  ({ device, errors } = await testDevice());
});

describe('whatever users do, with the fused kernels', () => {
  it.each(optimizers.map((definition) => ({ id: definition.id, definition })))(
    '$id stays finite or ends with a named cause',
    async ({ definition }) => {
      const found: string[] = [];
      for (const abuse of ABUSES) {
        const fused = await HostFedRunner.create(device, abusedSpec(definition, abuse));
        for (let t = 0; t < abuse.steps; t += 1) {
          const { grads, objective } = abusedInputs(abuse, t);
          fused.step(grads, objective);
        }
        const [status] = await fused.runner.status();
        const state = await fused.runner.state();
        const broken = status?.cause ? [] : brokenParts(state, []);
        if (broken.length > 0) found.push(`${abuse.label}: ${broken.join(', ')} not finite`);
        fused.dispose();
      }
      expect(found).toEqual([]);
      expect(errors, 'uncaptured device errors').toEqual([]);
    },
  );
});
