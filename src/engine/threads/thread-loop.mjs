/**
 * What a helper thread does: it makes its share of each step of a program until the program is over. Plain JavaScript, because Node starts
 * threads without the tools that read TypeScript.
 */
import { ENTRY, EPOCH, FAILED, PENDING, runsAt, SHARES, STOP, waitWhile } from './control.mjs';

/** A caller of a program's entries by their number, as `WasmProgram.call` does for one run. The thread's number is that of its arena. */
async function attach({ module, memory, layout }, thread) {
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const entries = Object.values(layout.entries);
  const arena = layout.arenas[thread];
  return (entry, run) => {
    const steps = entries[entry];
    exports.call(layout.plan.address + 8 * steps[run], steps[run + 1] - steps[run], arena);
  };
}

/** Makes steps whenever the team's control words tell it to. Blocks the thread. */
function serve({ control, threads, thread }, call) {
  const words = new Int32Array(control);
  const runs = runsAt(threads);
  for (let epoch = 0; ; epoch++) {
    waitWhile(words, EPOCH, epoch);
    const entry = words[ENTRY];
    if (entry === STOP) return;
    try {
      for (let i = words[SHARES + thread]; i < words[SHARES + thread + 1]; i++) call(entry, words[runs + i]);
    } catch {
      Atomics.store(words, FAILED, 1);
    }
    if (Atomics.sub(words, PENDING, 1) === 1) Atomics.notify(words, PENDING);
  }
}

/** Takes a `ThreadJob`, answers null or what went wrong, and serves until the job is over. */
export async function work(job, answer) {
  try {
    const call = await attach(job.program, job.thread);
    answer(null);
    serve(job, call);
  } catch (error) {
    answer(String(error));
  }
}
