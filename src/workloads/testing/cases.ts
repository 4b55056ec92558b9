import type { LoadedData, WorkloadDefinition, WorkloadOptions } from '../definition.ts';
import { defaultOptions } from '../options.ts';

/** The plain loss of freshly initialized networks on their first batches, in the mean over networks. */
export interface InitialLoss {
  /** What theory says. */
  readonly value: number;
  /** What theory leaves out, and three standard errors of the mean over 12 networks. */
  readonly tolerance: number;
  readonly why: string;
}

/** What tests need to know about a workload beyond its definition; one `<id>.cases.ts` beside it. */
export interface WorkloadCases {
  /**
   * What differs from the defaults in a network and batch so small that the float64 interpreter makes a training step in a fraction of a
   * second: the same layers, fewer and narrower. Every held-out variant is tested on top of it.
   */
  readonly small: {
    readonly options?: WorkloadOptions;
    /** Other values of whole-number options that have to work too, where one near the smallest would be too large or mean nothing. */
    readonly others?: Readonly<Record<string, number>>;
    readonly batch?: number;
    /** Rows that are kept of the data. */
    readonly trainRows?: number;
    readonly validationRows?: number;
    /** Makes the kept rows themselves smaller, where the network follows the size of its data. */
    readonly shrink?: (data: LoadedData) => LoadedData;
    /** By how much weights are enlarged for one of the tested states, if not by 4: less where float32 could not be judged there any more. */
    readonly largeWeights?: number;
  };
  readonly initialLoss: InitialLoss;
  /** Of choices of options that begin elsewhere, by id. */
  readonly initialLossOf?: Readonly<Record<string, InitialLoss>>;
}

const modules = import.meta.glob<{ readonly cases: WorkloadCases }>('../*/*.cases.ts', { eager: true });

export function casesOf({ id }: Pick<WorkloadDefinition, 'id'>): WorkloadCases {
  const cases = modules[`../${id}/${id}.cases.ts`]?.cases;
  if (cases === undefined) throw new Error(`src/workloads/${id}/${id}.cases.ts is missing.`);
  return cases;
}

/** Options of the small network. */
export const smallOptions = (workload: WorkloadDefinition): WorkloadOptions => ({
  ...defaultOptions(workload),
  ...casesOf(workload).small.options,
});

/** The first rows of both parts of a data set. */
export function cutData(data: LoadedData, trainRows: number, validationRows: number): LoadedData {
  const [train, validation] = [Math.min(trainRows, data.trainRows), Math.min(validationRows, data.validationRows)];
  const cut = ({ values, rowShape }: LoadedData['arrays'][string]): LoadedData['arrays'][string] => {
    const size = rowShape.reduce((product, extent) => product * extent, 1);
    const kept = new (values.constructor as Float32ArrayConstructor | Int32ArrayConstructor)((train + validation) * size);
    kept.set(values.subarray(0, train * size));
    kept.set(values.subarray(data.trainRows * size, (data.trainRows + validation) * size), train * size);
    return { values: kept, rowShape };
  };
  return {
    ...data,
    trainRows: train,
    validationRows: validation,
    arrays: Object.fromEntries(Object.entries(data.arrays).map(([name, array]) => [name, cut(array)])),
  };
}
