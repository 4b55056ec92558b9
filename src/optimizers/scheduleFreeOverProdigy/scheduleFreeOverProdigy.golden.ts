import { golden as prodigy } from '../prodigy/prodigy.golden.ts';
import { wrapperGolden } from '../scheduleFree/wrapper-golden.ts';

// Their counter advances by 2 per step and by 1 where Prodigy returns early; ours counts Prodigy's steps.
export const golden = wrapperGolden('Prodigy', prodigy, {}, { d: 'd' });
