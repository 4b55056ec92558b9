import { lazy, Suspense } from 'react';
import { RacePage } from './race/RacePage.tsx';
import { raceStore } from './store/store.ts';

const EmbedPage = lazy(async () => ({ default: (await import('./embed/EmbedPage.tsx')).EmbedPage }));

export function App() {
  const isEmbed = raceStore((state) => state.view.embed);
  if (!isEmbed) return <RacePage />;
  return (
    <Suspense fallback={null}>
      <EmbedPage />
    </Suspense>
  );
}
