/** Progress of compiling kernels: done of total. */
export type CompileProgress = (done: number, total: number) => void;

/** One progress of several parts that report on their own: the sums of what they have said so far. */
export function joinedProgress(parts: number, onProgress: CompileProgress): (part: number) => CompileProgress {
  const latest = Array.from({ length: parts }, () => ({ done: 0, total: 0 }));
  return (part) => (done, total) => {
    latest[part] = { done, total };
    onProgress(
      latest.reduce((sum, entry) => sum + entry.done, 0),
      latest.reduce((sum, entry) => sum + entry.total, 0),
    );
  };
}
