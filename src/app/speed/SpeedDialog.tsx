import { useEffect, useRef, useState } from 'react';
import { barsTable, factsTable, placesOf, STAR, type Table, timesTable, unableList } from '../../bench/words.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { measureSpeed, type SpeedReport, StoppedError } from './measure.ts';
import './speed.css';

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'measuring'; readonly what: string }
  | { readonly kind: 'finished' }
  | { readonly kind: 'failed'; readonly message: string };

const EMPTY: SpeedReport = { cases: [], bars: [] };

function SpeedTable({ caption, table: { head, rows } }: { readonly caption: string; readonly table: Table }) {
  if (rows.length === 0) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls must be reachable by keyboard
    <section className="speed-scroll" aria-label={caption} tabIndex={0}>
      <table className="speed-table">
        <caption>
          <span>{caption}</span>
        </caption>
        <thead>
          <tr>
            {head.map((text) => (
              <th key={text} scope="col">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.join(' ')}>
              <th scope="row">{row[0]}</th>
              {row.slice(1).map((text, column) => (
                <td key={head[column + 1]}>{text}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Measures the compiled training steps on the visitor's own machine and shows the tables of the published measurements. */
export function SpeedDialog({ onClose }: { readonly onClose: () => void }) {
  const [state, setState] = useState<State>({ kind: 'idle' });
  const [report, setReport] = useState(EMPTY);
  const running = useRef<AbortController | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const start = async (): Promise<void> => {
    const controller = new AbortController();
    running.current = controller;
    setReport(EMPTY);
    setState({ kind: 'measuring', what: 'starting' });
    try {
      await measureSpeed(controller.signal, (what) => setState({ kind: 'measuring', what }), setReport);
      setState({ kind: 'finished' });
    } catch (error) {
      if (error instanceof StoppedError) setState({ kind: 'idle' });
      else setState({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
    }
  };

  const isMeasuring = state.kind === 'measuring';
  return (
    <Dialog title="Speed on this machine" size="wide" onClose={onClose}>
      <div className="speed">
        <p>
          Times one training step of four networks, for one run and for eight, compiled to WGSL for the GPU and to WebAssembly. It takes a
          minute or two and wants the machine for itself: pause the race first, and leave this page in front.
        </p>
        <div className="speed-controls">
          <button type="button" className="button button-primary" onClick={() => (isMeasuring ? running.current?.abort() : void start())}>
            {isMeasuring ? 'Stop' : 'Measure'}
          </button>
          <p aria-live="polite">
            {isMeasuring && `Measuring ${state.what}`}
            {state.kind === 'finished' && 'All measured.'}
            {state.kind === 'failed' && `The measurement stopped: ${state.message}`}
          </p>
        </div>
        <SpeedTable caption="Time of a training step: median and quartiles" table={timesTable(report.cases)} />
        <SpeedTable caption="What the compiled steps consist of" table={factsTable(report.cases)} />
        <SpeedTable caption="Promised and measured; the bars were set for a software GPU on 2 cores" table={barsTable(report.bars)} />
        {report.cases.length > 0 &&
          [...placesOf(report.cases), ...unableList(report.cases), STAR].map((text) => (
            <p key={text} className="speed-note">
              {text}
            </p>
          ))}
      </div>
    </Dialog>
  );
}
