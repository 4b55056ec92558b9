import { type ReactNode, useId } from 'react';

/** A labelled drop-down of the browser's own kind: small, fast and good on phones. */
export function NativeSelect<T extends string>({
  label,
  value,
  onChange,
  isLabelHidden = false,
  isDisabled = false,
  describedBy,
  initial,
  children,
}: {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly isLabelHidden?: boolean;
  readonly isDisabled?: boolean;
  readonly describedBy?: string | undefined;
  /** Dot and reset button appear when the value differs from this. */
  readonly initial?: { readonly value: T; readonly label: string };
  readonly children: ReactNode;
}) {
  const id = useId();
  const isChanged = initial !== undefined && value !== initial.value;
  return (
    <div className="field">
      <div className={initial && 'number-field-row'}>
        <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : 'field-label'}>
          {isChanged && <span className="changed-dot" aria-hidden="true" />}
          {label}
        </label>
        {isChanged && (
          <button
            type="button"
            className="reset-button"
            disabled={isDisabled}
            onClick={() => onChange(initial.value)}
            aria-label={`Reset ${label} to ${initial.label}`}
          >
            reset
          </button>
        )}
      </div>
      <select
        id={id}
        className="select"
        value={value}
        disabled={isDisabled}
        aria-describedby={describedBy}
        // Options are rendered by the caller from the same union.
        onChange={(event) => onChange(event.target.value as T)}
      >
        {children}
      </select>
    </div>
  );
}
