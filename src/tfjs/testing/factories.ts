import { optimizers } from '../../optimizers/registry.ts';
import { optimizerFactory } from '../factory.ts';

/** Every method of the registry with the function that makes its optimizers, as the built library exports them. */
export const methods = optimizers.map((definition) => ({ id: definition.id, definition, create: optimizerFactory(definition) }));
