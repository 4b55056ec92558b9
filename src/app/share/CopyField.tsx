import { useId, useRef, useState } from 'react';
import './share.css';

/** Text to be taken elsewhere: selectable by hand, and copied with one press. Code keeps its lines as they are. */
export function CopyField({
  label,
  text,
  rows = 1,
  action = `Copy ${label.toLowerCase()}`,
  isCode = false,
  isLabelHidden = false,
}: {
  readonly label: string;
  readonly text: string;
  readonly rows?: number;
  /** What the button says. */
  readonly action?: string;
  readonly isCode?: boolean;
  /** For a heading above that says the same. */
  readonly isLabelHidden?: boolean;
}) {
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
      <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : undefined}>
        {label}
      </label>
      <textarea
        ref={field}
        id={id}
        className={isCode ? 'copy-text copy-code' : 'copy-text'}
        readOnly
        rows={rows}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
        spellCheck={false}
      />
      <div className="copy-row">
        <button type="button" className="button" onClick={copy}>
          {action}
        </button>
        <span aria-live="polite" className="copy-outcome">
          {outcome === 'copied' && 'Copied.'}
          {outcome === 'refused' && 'The browser does not allow it; the text is selected, press Ctrl+C or Cmd+C.'}
        </span>
      </div>
    </div>
  );
}
