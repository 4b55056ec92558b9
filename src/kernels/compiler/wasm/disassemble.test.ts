import { expect, test } from 'vitest';
import { explainCompileError } from './disassemble.ts';
import { FunctionBuilder } from './function-builder.ts';
import { ModuleBuilder } from './module-builder.ts';

test('a module that is not valid is reported with the label and the text of the function, and the place', async () => {
  const module = new ModuleBuilder();
  const good = new FunctionBuilder(['i32']);
  good.get(0);
  good.op('drop');
  module.add('good kernel', good);
  const bad = new FunctionBuilder(['i32']);
  const sum = bad.local('v128');
  bad.repeat(3, () => {
    bad.get(0);
    bad.memory('v128.load', 16);
    bad.i32(-5);
    bad.op('f32x4.add'); // a vector and an integer
    bad.set(sum);
  });
  module.addToTable(module.add('BatchMatMul 3', bad));
  const bytes = module.finish('plain');
  const failure = await WebAssembly.compile(bytes).then(
    () => null,
    (error: unknown) => explainCompileError(error, bytes, module.labels),
  );
  expect(failure?.message).toContain('The generated code of "BatchMatMul 3" is not valid');
  // The engine points at the operand that has the wrong type.
  const lines = failure?.message.split('\n') ?? [];
  expect(lines.find((line) => line.startsWith('>'))).toMatch(/^> +\d+ {4}i32\.const -5$/);
  expect(lines.some((line) => line.includes('v128.load align=2 offset=16'))).toBe(true);
  expect(lines.some((line) => line.includes('locals: '))).toBe(true);
});
