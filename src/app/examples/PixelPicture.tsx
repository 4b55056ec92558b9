import { useEffect, useRef } from 'react';
import { coloured, magnification, type Picture } from './palette.ts';

/** A picture of few pixels, each drawn as a square. */
export function PixelPicture({ picture, title }: { readonly picture: Picture; readonly title: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, caption } = picture;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    context?.putImageData(new ImageData(coloured(picture), width, height), 0, 0);
  }, [picture, width, height]);
  return (
    <figure className="example-picture">
      <canvas
        ref={canvas}
        width={width}
        height={height}
        style={{ width: width * magnification(picture), aspectRatio: `${width} / ${height}` }}
        role="img"
        aria-label={`${title}: ${caption}, ${width} by ${height} pixels`}
      />
      <figcaption>{caption}</figcaption>
    </figure>
  );
}
