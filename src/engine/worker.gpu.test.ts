import { afterEach, describe, expect, it } from 'vitest';
import { RaceClient } from './client.ts';
import type { BackendId, RaceConfig } from './config.ts';
import { defaultRace } from './default-config.ts';
import type { Event } from './protocol.ts';
import type { RaceResult } from './result.ts';
import { resultToJson } from './result-json.ts';

const config: RaceConfig = {
  ...defaultRace,
  workload: { id: 'digits', options: { width: 8, depth: 1 } },
  batch: 16,
  horizon: 20 / 600,
};

let client: RaceClient | null = null;

afterEach(() => client?.dispose());

function race(backend: BackendId | null): Promise<{ readonly result: RaceResult; readonly events: readonly Event[] }> {
  client ??= new RaceClient({ baseUrl: new URL('/', location.href).href });
  const own = client;
  const events: Event[] = [];
  return new Promise((resolve, reject) => {
    const unsubscribe = own.subscribe((event) => {
      events.push(event);
      if (event.type === 'failed') reject(new Error(event.failure.message));
      if (event.type !== 'ended') return;
      unsubscribe();
      resolve({ result: event.result, events });
    });
    own.start(config, { backend, paused: false });
  });
}

const losses = (result: RaceResult) => resultToJson(result).runs.map(({ series }) => series[0]);

describe('the real worker', () => {
  it('runs a race on WebGPU, and the same race again with the same bits', async () => {
    const first = await race('webgpu');
    expect(first.result.backend).toMatchObject({ id: 'webgpu', reason: 'forced by backend=webgpu' });
    expect(first.events.some((event) => event.type === 'loading' && event.what === 'compile')).toBe(true);
    const second = await race('webgpu');
    expect(losses(second.result)).toEqual(losses(first.result));
  });

  it('takes WebAssembly when the only adapter is software, and says why', async () => {
    const { result } = await race(null);
    expect(result.backend.id).toBe('wasm');
    expect(result.backend.reason).toMatch(/software/);
  });
});
