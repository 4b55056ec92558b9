import * as tf from '../kernels/tf.ts';
import type { OptimizerDefinition } from '../optimizers/definition.ts';
import type { OptimizerFactory } from './api.ts';
import { DefinedOptimizer } from './optimizer.ts';

type Options = Readonly<Record<string, unknown>>;

/** The name under which saved models know a method's optimizer, e.g. FreestepAdamw. */
export function classNameOf(id: string): string {
  return `Freestep${id.charAt(0).toUpperCase()}${id.slice(1)}`;
}

function optimizerClass(definition: OptimizerDefinition) {
  return class extends DefinedOptimizer {
    static get className(): string {
      return classNameOf(definition.id);
    }

    static override fromConfig<T extends tf.serialization.Serializable>(
      cls: tf.serialization.SerializableConstructor<T>,
      // Deserialization adds its custom objects to every configuration.
      { schedule, customObjects: _, ...hyper }: tf.serialization.ConfigDict,
    ): T {
      return Object.assign(new cls(hyper), { schedule: schedule ?? 1 });
    }

    constructor(options: Options = {}) {
      super(definition, options);
    }
  };
}

/**
 * A function that makes optimizers of one method. Nothing is registered before it is called, so that a bundle holds the methods that it names
 * and no others.
 */
export function optimizerFactory<MethodOptions extends Options = Options>(
  definition: OptimizerDefinition,
): OptimizerFactory<MethodOptions> {
  let known: ReturnType<typeof optimizerClass> | null = null;
  function registered() {
    if (!known) {
      known = optimizerClass(definition);
      tf.serialization.registerClass(known);
    }
    return known;
  }
  const make = (options?: MethodOptions) => new (registered())(options);
  return Object.assign(make, {
    id: definition.id,
    register: () => {
      registered();
    },
  });
}
