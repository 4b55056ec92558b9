import { adamRules, adamSlots, goldenRules, onlyOff } from '../golden.ts';

export const golden = goldenRules({ source: 'adamw', rules: { ...adamRules, amsgrad: onlyOff }, scalars: {}, slots: adamSlots });
