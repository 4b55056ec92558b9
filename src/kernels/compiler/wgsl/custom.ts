import { customKernel } from '../custom-kernels.ts';
import type { BufferId, CustomKernel } from '../schedule.ts';
import type { ClassChoices } from './adapter-class.ts';
import type { Linear } from './digits.ts';
import { type KernelBody, pointsBody } from './kernel-body.ts';

/** A hand-written kernel: its own text, with the operands where this program has them. `size`: elements of its result. */
export function customBody({ name, attrs, inputs, output, label }: CustomKernel, size: number, choices: ClassChoices): KernelBody {
  const { wgsl } = customKernel(name);
  if (wgsl === undefined) throw new Error(`${label}: custom kernel "${name}" has no WGSL, so it cannot run on a GPU`);
  return pointsBody(label, wgsl.threads(attrs, size), choices, (root, ports, thread) => {
    const at = (buffer: BufferId, index: string): Linear => {
      const start = ports.start(buffer, root);
      return { ...start, base: start.base === null ? `(${index})` : `${start.base} + (${index})` };
    };
    const text = wgsl.write(
      {
        thread,
        read: (input, index) => ports.read(inputs[input] as BufferId, at(inputs[input] as BufferId, index), 0),
        readOutput: (index) => ports.read(output, at(output, index), 0),
        write: (index, value) => ports.write(output, at(output, index), 0, value),
      },
      attrs,
      size,
    );
    for (const line of text.split('\n')) root.line(line);
  });
}
