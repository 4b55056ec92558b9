import { useState } from 'react';
import { openDialog } from '../store/dialogs.ts';
import { raceStore } from '../store/store.ts';
import { Checkbox } from '../ui/Checkbox.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { CopyField } from './CopyField.tsx';
import { currentLink, resultToShare } from './current-link.ts';
import { describeRace } from './describe.ts';
import './dialog-parts.css';

export function ShareDialog({ onClose }: { readonly onClose: () => void }) {
  const config = raceStore((state) => state.config);
  const status = raceStore((state) => state.status);
  // What is shared is what the dialog was opened on; samples that arrive meanwhile would change the link under the reader's eyes.
  const [result] = useState(resultToShare);
  const [hasSamples, setHasSamples] = useState(result !== null);
  const [link, setLink] = useState(() => currentLink(result !== null));

  function toggleSamples(isOn: boolean): void {
    setHasSamples(isOn);
    setLink(currentLink(isOn));
  }

  return (
    <Dialog title="Share this race" onClose={onClose}>
      <div className="dialog-sections">
        <section className="dialog-section">
          <h3>What the link contains</h3>
          <p>{describeRace(config)}.</p>
          <Checkbox isChecked={hasSamples} onChange={toggleSamples} isDisabled={result === null}>
            Eight losses of each run, so that whoever runs it again is told whether it came out the same
          </Checkbox>
          {result === null && (
            <p className="dialog-note">
              {status === 'idle' ? 'Run the race first' : 'Nothing has been measured with exactly these settings yet'}; the link works
              without.
            </p>
          )}
          {result?.state === 'stopped' && hasSamples && (
            <p className="dialog-note">The run has not reached its end: the link has what was measured until now.</p>
          )}
        </section>
        <CopyField label="Link" text={link} rows={link.length > 240 ? 5 : 3} />
        <p className="dialog-note">{link.length} characters. Everything is in the link itself; nothing is stored on a server.</p>
        <section className="dialog-section">
          <h3>In a page of your own</h3>
          <p className="dialog-note">The same race as a live figure for lecture notes or a blog.</p>
          <div>
            <button type="button" className="button" onClick={() => openDialog('embed')}>
              Make an embed
            </button>
          </div>
        </section>
      </div>
    </Dialog>
  );
}
