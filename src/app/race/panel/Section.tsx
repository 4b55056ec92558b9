import { type ReactNode, useId } from 'react';

/** A titled part of the form (a group, not a landmark: the charts own those); says how many of its values differ from the defaults. */
export function Section({
  title,
  changed = 0,
  children,
}: {
  readonly title: string;
  readonly changed?: number;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <fieldset className="panel-section" aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id} className="panel-title">
          {title}
        </h2>
        {changed > 0 && (
          <span className="panel-changed numeric">
            <span className="changed-dot" aria-hidden="true" /> {changed} changed
          </span>
        )}
      </div>
      {children}
    </fieldset>
  );
}
