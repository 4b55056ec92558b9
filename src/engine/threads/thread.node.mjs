/** A helper thread of a Node process. */
import { parentPort } from 'node:worker_threads';
import { work } from './thread-loop.mjs';

parentPort.on('message', (job) => work(job, (problem) => parentPort.postMessage(problem)));
// It runs.
parentPort.postMessage(null);
