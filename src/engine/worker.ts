import packageFile from '../../package.json' with { type: 'json' };
import { fetchFromUrl } from '../workloads/fetch-from-url.ts';
import { openBackend } from './backend.ts';
import type { Command } from './protocol.ts';
import { WorkerHost } from './worker-host.ts';

/** Entry of the dedicated module worker that owns the device. */
const scope = self as unknown as DedicatedWorkerGlobalScope;

const host = new WorkerHost({
  post: (event, transfer) => scope.postMessage(event, [...transfer]),
  openBackend,
  fetchFrom: fetchFromUrl,
  version: packageFile.version,
  reportEveryMs: 75,
});

scope.onmessage = ({ data }: MessageEvent<Command>) => host.handle(data);
