/** A helper thread of a page: a module worker. */
import { work } from './thread-loop.mjs';

self.onmessage = ({ data }) => work(data, (problem) => self.postMessage(problem));
// It runs.
self.postMessage(null);
