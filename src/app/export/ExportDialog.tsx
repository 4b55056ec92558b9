import { useState } from 'react';
import { encodeRecording, MAX_RECORDING_BYTES } from '../../engine/recording.ts';
import type { RaceResult } from '../../engine/result.ts';
import { resultToJson } from '../../engine/result-json.ts';
import { CHART_IDS, type ChartId } from '../../engine/view.ts';
import { CHART_NAMES } from '../charts/build-chart.ts';
import { viewToShare } from '../share/current-link.ts';
import { linkTo } from '../share/link.ts';
import { sharedOf } from '../share/shared-race.ts';
import { actions } from '../store/actions.ts';
import { raceStore } from '../store/store.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { NativeSelect } from '../ui/NativeSelect.tsx';
import { captionOf } from './caption.ts';
import { chartPicture, rasterize } from './chart-picture.ts';
import { chartWords } from './chart-words.ts';
import { runsCsv, stepsCsv } from './csv.ts';
import { download, fileName } from './file-name.ts';
import '../share/dialog-parts.css';
import './export.css';

const text = (content: string, type: string) => new Blob([content], { type: `${type};charset=utf-8` });

/** Opens the race that was measured, whatever is being edited now. */
function linkToResult(result: RaceResult, hasSamples: boolean): string {
  const { view } = raceStore.getState();
  return linkTo(result.config, viewToShare(view), hasSamples ? sharedOf(result) : null);
}

const DATA = [
  {
    label: 'CSV of all steps',
    doc: 'Every run in one table, a row per run and step: loss, measured step, estimates, evaluations.',
    save: (result: RaceResult) => download(fileName(result, 'steps', 'csv'), text(stepsCsv(result), 'text/csv')),
  },
  {
    label: 'CSV of all runs',
    doc: 'A row per run: settings, result, fingerprint, adapter, version, link.',
    save: (result: RaceResult) => download(fileName(result, 'runs', 'csv'), text(runsCsv(result, linkToResult(result, false)), 'text/csv')),
  },
  {
    label: 'JSON',
    doc: 'Everything, exactly: the same document that the command line writes.',
    save: (result: RaceResult) => download(fileName(result, '', 'json'), text(JSON.stringify(resultToJson(result)), 'application/json')),
  },
  {
    label: 'Recording',
    doc: `At most ${MAX_RECORDING_BYTES / 1000} kB, for an embed: put the file beside your page and name it with recording= in the link.`,
    save: (result: RaceResult) => download(fileName(result, 'recording', 'json'), text(encodeRecording(result), 'application/json')),
  },
] as const;

function pictureOf(id: ChartId, result: RaceResult): ReturnType<typeof chartPicture> {
  const chart = document.querySelector(`[data-chart="${id}"]`);
  const drawing = chart?.querySelector<SVGSVGElement>('.chart-plot svg');
  if (!chart || !drawing)
    throw new Error(`The ${CHART_NAMES[id]} chart is not drawn at the moment: close its table or show the chart, then try again.`);
  const { title, notes } = chartWords(chart);
  return chartPicture(drawing, {
    title,
    caption: [notes, captionOf(id, result)].filter((part) => part !== '').join(' '),
    link: linkToResult(result, false),
  });
}

export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const status = raceStore((state) => state.status);
  const source = raceStore((state) => state.source);
  const [result] = useState(actions.currentResult);
  const [chart, setChart] = useState<ChartId>('distance');
  const [message, setMessage] = useState('');

  async function attempt(label: string, save: () => void | Promise<void>): Promise<void> {
    try {
      await save();
      setMessage(`${label} saved to your downloads.`);
    } catch (error) {
      setMessage(error instanceof Error ? error.message : String(error));
    }
  }

  return (
    <Dialog title="Export" onClose={onClose}>
      {result === null ? (
        <p>Nothing has been measured yet. Run the race, then export it.</p>
      ) : (
        <div className="dialog-sections">
          {source === 'recording' && (
            <p className="dialog-note">This is a recorded run: its curves are rounded to 16 bits. Run the race for exact numbers.</p>
          )}
          {(status === 'running' || status === 'paused') && (
            <p className="dialog-note">The race is still going on; files hold what was measured when this dialog was opened.</p>
          )}
          <section className="dialog-section">
            <h3>Data</h3>
            <ul className="export-list">
              {DATA.map(({ label, doc, save }) => (
                <li key={label} className="export-item">
                  <button type="button" className="button" onClick={() => attempt(label, () => save(result))}>
                    {label}
                  </button>
                  <span className="dialog-note">{doc}</span>
                </li>
              ))}
            </ul>
          </section>
          <section className="dialog-section">
            <h3>Picture of a chart</h3>
            <p className="dialog-note">With caption and permalink, in the present theme and at its present size.</p>
            <div className="export-picture">
              <NativeSelect label="Chart" value={chart} onChange={setChart}>
                {CHART_IDS.map((id) => (
                  <option key={id} value={id}>
                    {CHART_NAMES[id]}
                  </option>
                ))}
              </NativeSelect>
              <button
                type="button"
                className="button"
                onClick={() =>
                  attempt('SVG', () => download(fileName(result, chart, 'svg'), text(pictureOf(chart, result).svg, 'image/svg+xml')))
                }
              >
                SVG
              </button>
              <button
                type="button"
                className="button"
                onClick={() =>
                  attempt('PNG', async () => download(fileName(result, chart, 'png'), await rasterize(pictureOf(chart, result))))
                }
              >
                PNG
              </button>
            </div>
          </section>
          <p aria-live="polite" className="export-message">
            {message}
          </p>
        </div>
      )}
    </Dialog>
  );
}
