import type { RaceConfig } from '../../engine/config.ts';
import type { RaceResult } from '../../engine/result.ts';
import { evaluationPeriod } from '../../engine/runs.ts';
import { actions } from '../store/actions.ts';
import { findWorkload } from '../store/definitions.ts';
import { raceStore } from '../store/store.ts';
import { raceHistory } from './history.ts';

/** Puts a kept race on screen. False when its workload is one that this version does not know. */
export function showKept(result: RaceResult): boolean {
  const { id, options } = result.config.workload;
  const workload = findWorkload(id);
  if (!workload) return false;
  actions.showResult(result, evaluationPeriod(workload.maxSteps(options)));
  return true;
}

/**
 * Brings back what was on screen before a reload: the newest kept race, or the newest one of `config` when the address asks for a race.
 * Leaves a race alone that was started meanwhile. Resolves to whether something was restored.
 */
export async function restoreLastRace(config: RaceConfig | null): Promise<boolean> {
  const result = await raceHistory.latest(config);
  const { status, source } = raceStore.getState();
  const isUntouched = status === 'idle' && source !== 'live';
  return result !== null && isUntouched && showKept(result);
}
