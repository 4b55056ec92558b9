import type { RaceResult } from '../../engine/result.ts';

/** e.g. `freestep-digits-2026-11-22-1130.csv`, in UTC. */
export function fileName({ config, finishedAt }: Pick<RaceResult, 'config' | 'finishedAt'>, part: string, extension: string): string {
  const when = finishedAt.slice(0, 16).replace('T', '-').replace(':', '');
  return ['freestep', config.workload.id, part, when]
    .filter((word) => word !== '')
    .join('-')
    .concat('.', extension);
}

/** Hands a file to the browser's downloads. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // The browser has taken hold of the blob by the next task; an object URL that stays would keep it in memory.
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
