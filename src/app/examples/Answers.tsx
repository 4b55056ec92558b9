import type { ExhibitPart } from '../../workloads/exhibit.ts';
import { answersToShow, shareText } from './answers.ts';

/** Probabilities as bars; a right answer has a mark and bold type besides its colour. */
export function Answers({ part }: { readonly part: Extract<ExhibitPart, { kind: 'probabilities' }> }) {
  const { answers, others } = answersToShow(part.entries);
  return (
    <figure className="example-answers">
      <ul className="numeric">
        {answers.map(({ label, probability, isTrue }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar belongs to its place; labels need not differ
          <li key={index} className={isTrue ? 'answer answer-true' : 'answer'}>
            <span className="answer-label">
              {label}
              {isTrue && (
                <>
                  <span aria-hidden="true">{'\u00a0◂'}</span>
                  <span className="visually-hidden">, true,</span>
                </>
              )}
            </span>
            <span className="answer-track" aria-hidden="true">
              <span className="answer-bar" style={{ width: `${Number.isFinite(probability) ? 100 * probability : 0}%` }} />
            </span>
            <span className="answer-share">{shareText(probability)}</span>
          </li>
        ))}
        {others && (
          <li className="answer answer-others">
            <span className="answer-label">{others.count} others</span>
            <span>{others.text}</span>
          </li>
        )}
      </ul>
      <figcaption>
        {part.caption}
        {answers.some(({ isTrue }) => isTrue) && (
          <span className="answer-key" aria-hidden="true">
            ◂ true
          </span>
        )}
      </figcaption>
    </figure>
  );
}
