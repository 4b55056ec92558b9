import { adamRules, adamSlots, goldenRules } from '../golden.ts';

export const golden = goldenRules({ source: 'nadamw', rules: adamRules, scalars: {}, slots: adamSlots });
