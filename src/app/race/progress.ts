import type { RaceState } from '../store/race-store.ts';
import { formatBytes, formatInteger, formatNumber, formatSeconds } from '../ui/format.ts';

const LOADING_WORDS = { backend: 'starting the backend', data: 'loading data', compile: 'compiling' } as const;

function loadingText(loading: RaceState['loading']): string {
  if (!loading) return 'starting';
  const words = LOADING_WORDS[loading.what];
  if (loading.total <= 0) return words;
  const { done, total, unit } = loading;
  if (unit === 'bytes') return `${words}: ${formatBytes(done)} of ${formatBytes(total)}`;
  return `${words}: ${unit === 'kernels' ? 'kernel' : 'step'} ${formatInteger(done)} of ${formatInteger(total)}`;
}

export interface Progress {
  /** 0..1, or null when nothing is under way. */
  readonly fraction: number | null;
  readonly text: string;
}

type Facts = Pick<RaceState, 'status' | 'loading' | 'samples' | 'source' | 'stepsPerSecond' | 'secondsLeft'>;

/** What is happening, in numbers: bytes while loading, then steps, speed and time left. */
export function progressOf({ status, loading, samples, source, stepsPerSecond, secondsLeft }: Facts): Progress {
  if (status === 'loading') {
    const fraction = loading && loading.total > 0 ? Math.min(1, loading.done / loading.total) : 0;
    return { fraction, text: loadingText(loading) };
  }
  if (!samples) return { fraction: null, text: 'Press Run to race.' };
  const fraction = Math.min(1, samples.count / Math.max(1, samples.totalSteps));
  const parts = [`step ${formatInteger(samples.count)} / ${formatInteger(samples.totalSteps)}`];
  if (source === 'recording') parts.push('recorded run: press Run for a live one');
  if (source === 'restored') parts.push('from the history');
  if (status === 'running') {
    if (stepsPerSecond !== null) parts.push(`${formatNumber(stepsPerSecond)} steps/s`);
    if (secondsLeft !== null) parts.push(`${formatSeconds(secondsLeft)} left`);
  }
  const seconds = samples.seconds[samples.count - 1];
  if (status !== 'running' && source === 'live' && seconds !== undefined) parts.push(`${formatSeconds(seconds)} of training`);
  return { fraction, text: parts.join(' · ') };
}
