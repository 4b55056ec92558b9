import type { Dispatched } from './dispatches.ts';
import { SHARED } from './kernel-body.ts';
import { mathFunctionsOf } from './math-functions.ts';
import { type Binding, type DataPlace, PLACES, Ports, type RegionId } from './ports.ts';
import type { Region } from './regions.ts';
import { Scope } from './scope.ts';

/** Workgroups per dimension that every device grants. */
const MAX_WORKGROUPS = 65_535;

/** One dispatch: kernels that run together, as WGSL and what it is bound to. */
export interface DispatchText {
  readonly label: string;
  readonly code: string;
  readonly bindings: readonly Binding[];
  /** What the uniform binding after the last holds. */
  readonly places: readonly DataPlace[];
  /** Workgroups per run: x times y. */
  readonly x: number;
  readonly y: number;
}

/** What bodies that run together use. */
export function bindingsOf({ bodies, isWhole }: Dispatched, regions: (id: RegionId) => Region): Binding[] {
  const ports = new Ports(regions, { isWhole });
  for (const body of bodies) body.write(new Scope(), ports);
  const bindings = ports.bindings();
  // A memory that the dispatch writes to may not be bound as read-only beside.
  const memoryOf = (binding: Binding): string => regions(binding.regions[0] as RegionId).memory;
  const written = new Set(bindings.filter(({ isWritten }) => isWritten).map(memoryOf));
  return bindings.map((binding) => ({ ...binding, isWritten: written.has(memoryOf(binding)) }));
}

function elementType({ regions: [first], isWhole, isVector }: Binding, regions: (id: RegionId) => Region): string {
  const scalar = isWhole ? 'u32' : regions(first as RegionId).dtype === 'int32' ? 'i32' : 'f32';
  return isVector ? `vec4${scalar[0]}` : scalar;
}

/** The WGSL of bodies that run together: each has its own range of workgroups. Entry point `main`; the run is the z dimension. */
export function dispatchText(dispatched: Dispatched, regions: (id: RegionId) => Region): DispatchText {
  const { bodies, isWhole } = dispatched;
  const bindings = bindingsOf(dispatched, regions);
  const ports = new Ports(regions, { isWhole, decided: bindings });
  const functions = bodies.map((body, index) => {
    const root = new Scope();
    body.write(root, ports);
    return [`fn kernel${index}(group: u32, lane: u32, run: u32) {`, ...root.lines.map((line) => `  ${line}`), '}'].join('\n');
  });
  // One class, one size: kernels that run together have as many threads in a workgroup.
  const workgroup = bodies[0]?.workgroup ?? 1;
  const body = functions.join('\n\n');
  const total = bodies.reduce((sum, { workgroups }) => sum + workgroups, 0);
  const y = Math.ceil(total / MAX_WORKGROUPS);
  const x = Math.ceil(total / y);
  const declarations = bindings.map((binding, index) => {
    const { name, isWritten } = binding;
    return `@group(0) @binding(${index}) var<storage, ${isWritten ? 'read_write' : 'read'}> ${name}: array<${elementType(binding, regions)}>;`;
  });
  const { places } = ports;
  if (places.length > 0) {
    declarations.push(`@group(0) @binding(${bindings.length}) var<uniform> ${PLACES}: array<vec4i, ${places.length}>;`);
  }
  if (body.includes(`${SHARED}[`)) declarations.push(`var<workgroup> ${SHARED}: array<f32, ${workgroup}>;`);
  const calls: string[] = [];
  let first = 0;
  bodies.forEach(({ workgroups }, index) => {
    const end = first + workgroups;
    const isLast = index === bodies.length - 1 && end === x * y;
    const group = first === 0 ? 'group' : `group - ${first}u`;
    const call = `kernel${index}(${group}, lane, workgroup.z);`;
    calls.push(isLast && index === 0 ? `  ${call}` : isLast ? `  { ${call} }` : `  if (group < ${end}u) { ${call} }`);
    first = end;
  });
  const main = [
    `@compute @workgroup_size(${workgroup})`,
    'fn main(@builtin(workgroup_id) workgroup: vec3u, @builtin(local_invocation_index) lane: u32) {',
    `  let group = workgroup.x${y > 1 ? ` + workgroup.y * ${x}u` : ''};`,
    calls.join(' else\n'),
    '}',
  ].join('\n');
  // Whole quads leave early or take a branch together; the compiler cannot see that.
  const header = /\bquad[BS]/.test(body) ? ['enable subgroups;\ndiagnostic(off, subgroup_uniformity);'] : [];
  const code = [...header, declarations.join('\n'), mathFunctionsOf(body) + body, main].join('\n\n');
  return { label: bodies.map(({ label }) => label).join(' | '), code, bindings, places, x, y };
}
