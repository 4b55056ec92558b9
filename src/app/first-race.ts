import { fetchRecording } from './embed/fetch-recording.ts';
import { actions } from './store/actions.ts';
import { countChanges } from './store/changes.ts';
import { defaultConfig } from './store/default-config.ts';
import { settleFirstRace } from './store/first-race-state.ts';
import { raceStore } from './store/store.ts';

const DEFAULT_RECORDING = './recordings/default.json';

/** A race was started or shown meanwhile: what arrives late must not replace it. */
const isUntouched = () => raceStore.getState().samples === null && raceStore.getState().status === 'idle';

/** Shows the recording that the link names; a failure is told like any other setting that could not be used. */
async function showLinkedRecording(url: string): Promise<void> {
  try {
    const { result, evaluationPeriod } = await fetchRecording(url);
    if (isUntouched()) actions.showRecording(result, evaluationPeriod);
  } catch (error) {
    actions.reportUrlProblems([
      ...raceStore.getState().urlProblems,
      { key: 'recording', message: `${error instanceof Error ? error.message : String(error)} Press Run for a live race.` },
    ]);
  }
}

/** Shows the recorded run of the default race, so that something is on screen in the first second. Without it the charts wait for Run. */
async function showDefaultRecording(): Promise<void> {
  const { config } = raceStore.getState();
  if (countChanges(config, defaultConfig) > 0) return;
  try {
    const { result, evaluationPeriod } = await fetchRecording(DEFAULT_RECORDING);
    if (isUntouched()) actions.showRecording(result, evaluationPeriod, raceStore.getState().config);
  } catch (error) {
    console.warn('The recorded run of the default race cannot be shown.', error);
  }
}

/** After a reload or on the way back, the race that was on screen comes back; a fresh visit begins with the recording. */
function isReturning(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  return navigation instanceof PerformanceNavigationTiming && (navigation.type === 'reload' || navigation.type === 'back_forward');
}

async function restore(): Promise<boolean> {
  const { restoreLastRace } = await import('./history/restore.ts');
  return restoreLastRace(raceStore.getState().config);
}

/** Shows what the address asks for, recorded, until somebody presses Run. */
export async function showRecorded(): Promise<void> {
  const { recording } = raceStore.getState().view;
  await (recording === null ? showDefaultRecording() : showLinkedRecording(recording));
}

/** Puts something on screen before anybody presses Run; from then on every race that ends is kept. An embed keeps nothing. */
export async function showFirstRace(): Promise<void> {
  const { embed } = raceStore.getState().view;
  const isRestored = !embed && isReturning() && (await restore());
  if (!isRestored) await showRecorded();
  settleFirstRace();
  if (embed) return;
  const { keepFinishedRaces } = await import('./history/history.ts');
  keepFinishedRaces();
}
