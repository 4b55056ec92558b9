import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { followAddress, readAddress } from './address.ts';
import { showFirstRace, showRecorded } from './first-race.ts';
import { raceStore } from './store/store.ts';
import { followTheme } from './theme/apply-theme.ts';
import './theme/theme.css';
import './ui/base.css';

readAddress();
followTheme(raceStore);

if (!raceStore.getState().view.embed) followAddress(() => void showRecorded());
void showFirstRace();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with id root.');
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
