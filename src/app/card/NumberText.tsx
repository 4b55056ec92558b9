import { Fragment } from 'react';

/** A value as text, broken between the entries of a list only: browsers would break `1e-7` after its hyphen. */
export function NumberText({ text }: { readonly text: string }) {
  return text.split(' ').map((word, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: entries have no identity but their place
    <Fragment key={index}>
      {index > 0 && ' '}
      <span className="card-word">{word}</span>
    </Fragment>
  ));
}
