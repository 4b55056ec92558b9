import { type RefObject, useEffect, useId, useRef, useState } from 'react';
import type { ViewConfig } from '../../engine/config.ts';
import { isRecordingAddress } from '../../engine/url.ts';
import { HIDEABLE, type Hideable, LOCKABLE, type Lockable, SHOWABLE, type Showable } from '../../engine/view.ts';
import { CopyField } from '../share/CopyField.tsx';
import { describeRace } from '../share/describe.ts';
import { linkTo } from '../share/link.ts';
import { raceStore } from '../store/store.ts';
import { Checkbox } from '../ui/Checkbox.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { NativeSelect } from '../ui/NativeSelect.tsx';
import { embedSnippet } from './snippet.ts';
import '../share/dialog-parts.css';
import './embed.css';

type Part = Hideable | Showable;

const PARTS: Readonly<Record<Part, string>> = {
  toolbar: 'Run, Step, Reset',
  headline: 'Sentence above the charts',
  loss: 'Loss',
  metric: 'Metric',
  distance: 'Distance estimate',
  step: 'Effective step size',
  schedule: 'Schedule',
  results: 'Results',
  examples: 'Validation examples',
  controls: 'Settings',
};
const ORDER: readonly Part[] = ['toolbar', 'headline', 'loss', 'metric', 'distance', 'step', 'schedule', 'results', 'examples', 'controls'];

const LOCKS: Readonly<Record<Lockable, string>> = {
  workload: 'Workload',
  racers: 'Racers',
  schedule: 'Schedule',
  horizon: 'Horizon',
  batch: 'Batch size',
  seeds: 'Seeds',
};

const THEMES: Readonly<Record<ViewConfig['theme'], string>> = { auto: 'As the reader’s system', light: 'Light', dark: 'Dark' };

/** What a teacher most often wants: two charts and the buttons. */
const FIRST_HIDDEN: readonly Part[] = ['headline', 'metric', 'step', 'schedule', 'results', 'examples', 'controls'];
const FIRST_HEIGHT = 480;

const without = <T,>(list: readonly T[], item: T): readonly T[] => list.filter((other) => other !== item);

/** The height of what the preview shows, as it is laid out. */
function useContentHeight(frame: RefObject<HTMLIFrameElement | null>, link: string): number {
  const [height, setHeight] = useState(FIRST_HEIGHT);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another link is another document
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    let observer: ResizeObserver | null = null;
    function measure(): void {
      const root = element?.contentDocument?.getElementById('root');
      if (!root) return;
      observer?.disconnect();
      observer = new ResizeObserver(() => setHeight(Math.max(120, Math.ceil(root.getBoundingClientRect().height))));
      observer.observe(root);
    }
    element.addEventListener('load', measure);
    return () => {
      element.removeEventListener('load', measure);
      observer?.disconnect();
    };
  }, [frame, link]);
  return height;
}

export function EmbedDialog({ onClose }: { readonly onClose: () => void }) {
  const config = raceStore((state) => state.config);
  const view = raceStore((state) => state.view);
  const [hide, setHide] = useState<readonly Part[]>(FIRST_HIDDEN);
  const [lock, setLock] = useState<readonly Lockable[]>([]);
  const [theme, setTheme] = useState<ViewConfig['theme']>('auto');
  const [recording, setRecording] = useState(view.recording ?? '');
  // The preview loads anew for every address, so it waits until the address has been typed.
  const [typed, setTyped] = useState(recording);
  const frame = useRef<HTMLIFrameElement>(null);
  const recordingId = useId();

  const isRecordingUsable = typed === '' || isRecordingAddress(typed);
  const isFrozen = hide.includes('toolbar') && (recording === '' || !isRecordingAddress(recording));
  const link = linkTo(config, {
    ...view,
    embed: true,
    hide: HIDEABLE.filter((part) => hide.includes(part)),
    show: SHOWABLE.filter((part) => !hide.includes(part)),
    lock: hide.includes('controls') ? [] : LOCKABLE.filter((part) => lock.includes(part)),
    recording: isRecordingAddress(recording) ? recording : null,
    theme,
  });
  const height = useContentHeight(frame, link);

  return (
    <Dialog title="Embed this race" onClose={onClose} size="wide">
      <div className="embed-layout">
        <div className="dialog-sections">
          <fieldset className="embed-switches">
            <legend>Show</legend>
            {ORDER.map((part) => (
              <Checkbox
                key={part}
                isChecked={!hide.includes(part)}
                onChange={(isOn) => setHide(isOn ? without(hide, part) : [...hide, part])}
              >
                {PARTS[part]}
              </Checkbox>
            ))}
          </fieldset>
          {isFrozen && (
            <p className="note note-warn">
              Readers cannot start this figure: Run, Step and Reset are hidden and it has no recording, so its charts stay empty. Show them,
              or name a recording below.
            </p>
          )}
          {!hide.includes('controls') && (
            <fieldset className="embed-switches">
              <legend>Lock for readers</legend>
              {LOCKABLE.map((part) => (
                <Checkbox
                  key={part}
                  isChecked={lock.includes(part)}
                  onChange={(isOn) => setLock(isOn ? [...lock, part] : without(lock, part))}
                >
                  {LOCKS[part]}
                </Checkbox>
              ))}
            </fieldset>
          )}
          <NativeSelect label="Theme" value={theme} onChange={setTheme}>
            {Object.entries(THEMES).map(([id, label]) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </NativeSelect>
          <div className="embed-recording">
            <label htmlFor={recordingId} className="field-label">
              Recording to show until Run is pressed
            </label>
            <input
              id={recordingId}
              className="input"
              value={typed}
              placeholder="recordings/my-race.json"
              aria-invalid={!isRecordingUsable}
              aria-describedby={`${recordingId}-doc`}
              onChange={(event) => setTyped(event.target.value.trim())}
              onBlur={() => setRecording(typed)}
              onKeyDown={(event) => event.key === 'Enter' && setRecording(typed)}
            />
            <p id={`${recordingId}-doc`} className={isRecordingUsable ? 'field-doc' : 'field-problem'}>
              {isRecordingUsable
                ? 'Address of a file that Export wrote, as seen from this page. Another site must allow it (CORS).'
                : 'This is not a web address: use https://, http:// or a path on this site.'}
            </p>
          </div>
          <CopyField label="Snippet" text={embedSnippet(link, `Freestep: ${describeRace(config)}`, height)} rows={5} />
          <p className="dialog-note">
            Paste it into any page. It pauses when it is scrolled out of view, and readers without a GPU run it on WASM.
          </p>
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
        <section className="embed-scroll" aria-label="Preview" tabIndex={0}>
          <iframe key={link} ref={frame} className="embed-preview" src={link} title="Preview of the embed" height={height} />
        </section>
      </div>
    </Dialog>
  );
}
