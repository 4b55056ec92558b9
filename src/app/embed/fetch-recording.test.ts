import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MAX_RECORDING_BYTES, RecordingError } from '../../engine/recording.ts';
import { fetchRecording } from './fetch-recording.ts';

const respondWith = (respond: () => Response) =>
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => respond()),
  );
afterEach(() => vi.unstubAllGlobals());

describe('fetching a recording', () => {
  it('gives the recorded race', async () => {
    const json = readFileSync('public/recordings/default.json', 'utf8');
    respondWith(() => new Response(json));
    const { result } = await fetchRecording('recordings/default.json');
    expect(result.runs).toHaveLength(result.config.racers.length * result.config.seeds);
  });

  it('stops reading a file that is too large', async () => {
    let chunks = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        controller.enqueue(new Uint8Array(10_000).fill(32));
      },
    });
    respondWith(() => new Response(endless));
    await expect(fetchRecording('https://example.org/endless.json')).rejects.toThrow('larger than 100 kB');
    // One chunk goes over the limit, one more may have been asked for ahead.
    expect(chunks * 10_000).toBeLessThanOrEqual(MAX_RECORDING_BYTES + 30_000);
  });

  it('names the address when there is no such file, or it may not be read', async () => {
    respondWith(() => new Response('', { status: 404 }));
    await expect(fetchRecording('recordings/none.json')).rejects.toThrow('recordings/none.json could not be fetched (HTTP 404)');
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(fetchRecording('https://example.org/a.json')).rejects.toThrow('does not let other pages read it (CORS)');
    await expect(fetchRecording('https://example.org/a.json')).rejects.toThrow(RecordingError);
  });
});
