import { memo, useMemo } from 'react';
import { drawMolecule } from './molecule/draw.ts';
import { describeMolecule, type Molecule } from './molecule/graph.ts';

interface MoleculePictureProps {
  readonly molecule: Molecule & { readonly caption: string };
  readonly title: string;
}

/** Elements that have a colour of their own; all others are drawn in ink. */
const COLOURED = new Set(['N', 'O', 'S', 'P', 'F', 'Cl', 'Br', 'I']);

const isSame = (a: MoleculePictureProps, b: MoleculePictureProps): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A molecule's structure. The same one arrives with every evaluation, and is laid out once. */
export const MoleculePicture = memo(function MoleculePicture({ molecule, title }: MoleculePictureProps) {
  const { width, height, lines, circles, labels } = useMemo(() => drawMolecule(molecule), [molecule]);
  return (
    <figure className="example-picture example-molecule">
      <svg viewBox={`0 0 ${width} ${height}`} width={width} role="img" aria-label={`${title}: ${describeMolecule(molecule)}`}>
        {lines.map(({ from, to, isDashed }, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines never change their order
          <line key={i} x1={from.x} y1={from.y} x2={to.x} y2={to.y} strokeDasharray={isDashed ? '3 2.5' : undefined} />
        ))}
        {circles.map(({ centre, radius }) => (
          <circle key={`${centre.x} ${centre.y}`} cx={centre.x} cy={centre.y} r={radius} />
        ))}
        {labels.map(({ at, symbol, charge }) => (
          <text key={`${at.x} ${at.y}`} x={at.x} y={at.y} dy="0.36em" className={COLOURED.has(symbol) ? `atom-${symbol}` : undefined}>
            {symbol}
            {charge !== '' && <tspan dy="-0.4em">{charge}</tspan>}
          </text>
        ))}
      </svg>
      <figcaption>{molecule.caption}</figcaption>
    </figure>
  );
}, isSame);
