import { type ReactNode, useId } from 'react';

/** A labelled drop-down of the browser's own kind: small, fast and good on phones. */
export function NativeSelect<T extends string>({
  label,
  value,
  onChange,
  isLabelHidden = false,
  isDisabled = false,
  describedBy,
  children,
}: {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly isLabelHidden?: boolean;
  readonly isDisabled?: boolean;
  readonly describedBy?: string | undefined;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : 'field-label'}>
        {label}
      </label>
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
