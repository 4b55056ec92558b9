export const DEFAULT_PORT: number;
/** Serves a folder on 127.0.0.1. Port 0 takes any free one. */
export function serve(
  folder: string,
  options?: { port?: number; fallback?: boolean },
): Promise<{ url: string; close: () => Promise<void> }>;
