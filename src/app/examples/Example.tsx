import type { ExhibitItem, ExhibitPart } from '../../workloads/exhibit.ts';
import { Answers } from './Answers.tsx';
import { MoleculePicture } from './MoleculePicture.tsx';
import { PixelPicture } from './PixelPicture.tsx';
import { Texts } from './Texts.tsx';

/** Whether the model got it right, by a sign and a word. */
function Verdict({ isRight }: { readonly isRight: boolean }) {
  return (
    <span className={isRight ? 'verdict verdict-right' : 'verdict verdict-wrong'}>
      <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
        <path d={isRight ? 'M1.5 6.5l3 3 6-7' : 'M2 2l8 8M10 2l-8 8'} fill="none" stroke="currentColor" strokeWidth="1.8" />
      </svg>
      {isRight ? 'right' : 'wrong'}
    </span>
  );
}

const isText = (part: ExhibitPart): part is Extract<ExhibitPart, { kind: 'text' }> => part.kind === 'text';

/** One validation row and what the model makes of it. */
export function Example({ item }: { readonly item: ExhibitItem }) {
  const texts = item.parts.filter(isText);
  const keyOf = (part: ExhibitPart, index: number): string => `${part.kind} ${index}`;
  return (
    <li className="example">
      <div className="example-head">
        <h3 className="example-title">{item.title}</h3>
        {item.isRight !== null && <Verdict isRight={item.isRight} />}
      </div>
      <div className="example-parts">
        {item.parts.map((part, index) => {
          if (part.kind === 'image') return <PixelPicture key={keyOf(part, index)} picture={part} title={item.title} />;
          if (part.kind === 'molecule') return <MoleculePicture key={keyOf(part, index)} molecule={part} title={item.title} />;
          if (part.kind === 'probabilities') return <Answers key={keyOf(part, index)} part={part} />;
          // All texts stand together, where the first one is.
          return part === texts[0] && <Texts key={keyOf(part, index)} parts={texts} />;
        })}
      </div>
    </li>
  );
}
