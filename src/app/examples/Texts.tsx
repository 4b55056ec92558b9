import type { ExhibitPart } from '../../workloads/exhibit.ts';
import { compareTexts, type Stretch } from './compare-texts.ts';

type TextPart = Extract<ExhibitPart, { kind: 'text' }>;

function Marked({ stretches }: { readonly stretches: readonly Stretch[] }) {
  if (stretches.length === 0) return <span className="example-empty">nothing</span>;
  return stretches.map(({ text, isSame }, i) =>
    isSame ? (
      text
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: stretches have no identity but their place
      <mark key={i}>{text}</mark>
    ),
  );
}

const whole = (text: string): readonly Stretch[] => (text === '' ? [] : [{ text, isSame: true }]);

const editsText = (edits: number): string =>
  edits === 0 ? 'no character differs' : `${edits} character ${edits === 1 ? 'edit' : 'edits'} away`;

/** Texts of one example, each with its caption; where there are a reference and an output, what the other has not is underlined. */
export function Texts({ parts }: { readonly parts: readonly TextPart[] }) {
  const reference = parts.find(({ role }) => role === 'reference');
  const output = parts.find(({ role }) => role === 'output');
  const comparison = reference && output && output.text !== '' ? compareTexts(reference.text, output.text) : null;
  return (
    <dl className="example-texts">
      {parts.map((part) => (
        <div key={`${part.role} ${part.caption}`}>
          <dt>
            {part.caption}
            {comparison && part === output && <span title="Characters to insert, delete or replace"> ({editsText(comparison.edits)})</span>}
          </dt>
          <dd>
            <Marked stretches={(comparison && part.role !== 'source' && comparison[part.role]) || whole(part.text)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
