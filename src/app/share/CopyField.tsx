import { useId, useRef, useState } from 'react';
import './share.css';

/** Text to be taken elsewhere: selectable by hand, and copied with one press. */
export function CopyField({ label, text, rows = 1 }: { readonly label: string; readonly text: string; readonly rows?: number }) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [outcome, setOutcome] = useState<'none' | 'copied' | 'refused'>('none');

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      // Pages without https, and frames, may not write to the clipboard: leave it selected for the keyboard.
      field.current?.select();
      setOutcome('refused');
    }
  }

  return (
    <div className="copy-field">
      <label htmlFor={id}>{label}</label>
      <textarea
        ref={field}
        id={id}
        className="copy-text"
        readOnly
        rows={rows}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
        spellCheck={false}
      />
      <div className="copy-row">
        <button type="button" className="button" onClick={copy}>
          Copy {label.toLowerCase()}
        </button>
        <span aria-live="polite" className="copy-outcome">
          {outcome === 'copied' && 'Copied.'}
          {outcome === 'refused' && 'The browser does not allow it; the text is selected, press Ctrl+C or Cmd+C.'}
        </span>
      </div>
    </div>
  );
}
