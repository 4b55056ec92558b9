import { readdirSync, readFileSync } from 'node:fs';

/** Text of a file, or null when the process it belongs to is gone. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Parent of each running process. */
function parents(): ReadonlyMap<string, string> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return new Map(
    pids.flatMap((pid) => {
      // The name in brackets may hold anything; the parent is the second field after it.
      const parent = textOf(`/proc/${pid}/stat`)?.replace(/.*\)/s, '').trim().split(' ')[1];
      return parent === undefined ? [] : [[pid, parent] as const];
    }),
  );
}

/**
 * How to read the processor time, in milliseconds, that the GPU process of the browser started by this process has taken: with a software
 * adapter that is where kernels run, and unlike time on the wall it does not grow when other programs want the same cores.
 * Null where the system does not tell (anything but Linux), or unless there is exactly one such process.
 */
export function gpuProcessorTime(): (() => number) | null {
  if (process.platform !== 'linux' || textOf('/proc/self/schedstat') === null) return null;
  const tree = parents();
  const isOwn = (pid: string | undefined): boolean => pid !== undefined && (pid === String(process.pid) || isOwn(tree.get(pid)));
  const found = [...tree.keys()].filter((pid) => isOwn(pid) && textOf(`/proc/${pid}/cmdline`)?.includes('--type=gpu-process'));
  const [pid] = found;
  if (pid === undefined || found.length > 1) return null;
  return () => {
    const threads = readdirSync(`/proc/${pid}/task`);
    // Nanoseconds on a processor are the first number.
    return threads.reduce((sum, thread) => sum + Number(textOf(`/proc/${pid}/task/${thread}/schedstat`)?.split(' ')[0] ?? 0) / 1e6, 0);
  };
}
