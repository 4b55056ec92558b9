/** What kernels are shaped for: many threads with cheap barriers, or a few cores that pretend to be a GPU. */
export type AdapterClass = 'hardware' | 'software';

/** Rows, and columns of a thread in fours. */
export interface TileSize {
  readonly rows: number;
  readonly groups: number;
}

/**
 * Choices per adapter class. They and the shapes of a kernel decide its text; the number of runs never does, so that a run's bits are the
 * same alone and in company.
 */
export interface ClassChoices {
  /** Threads of a workgroup. */
  readonly workgroup: number;
  /** Kernels of fewer threads have workgroups of 4, so that there is one for every core. */
  readonly fewThreads: number;
  /** Rows and columns of at least this many elements may be reduced by a whole workgroup each. */
  readonly longRow: number;
  /** Long columns are, where there are fewer than this; a thread each is enough for more. */
  readonly fewColumns: number;
  /** Row kernels keep 4 columns per thread only while at least this many threads remain. */
  readonly columnThreads: number;
  /** Points, or fours of them, that a thread of an element-wise kernel may have, as long as `columnThreads` threads remain. */
  readonly mapPoints: number;
  /** matMul tiles are `tile` from this many 8 x 8 tiles, 4 x 4 below. */
  readonly largeTiles: number;
  /** Largest tile of a thread that shares nothing. */
  readonly tile: TileSize;
  /** Largest tile that the 4 threads of a quad share; null: threads share nothing. Needs the feature `subgroups`. */
  readonly quadTile: TileSize | null;
  /** matMul splits the inner dimension until there are about this many threads. */
  readonly splitThreads: number;
  /** Parts of a split inner dimension have at least this many entries. */
  readonly splitLength: number;
  /** Threads that share the rows of a sum of sorted segments. */
  readonly segmentThreads: number;
  /** Independent kernels go into one dispatch. */
  readonly isFusing: boolean;
}

export const CLASS_CHOICES: Readonly<Record<AdapterClass, ClassChoices>> = {
  hardware: {
    workgroup: 64,
    fewThreads: 0,
    longRow: 64,
    fewColumns: 1024,
    columnThreads: 256,
    mapPoints: 1,
    largeTiles: 4096,
    tile: { rows: 8, groups: 2 },
    quadTile: null,
    splitThreads: 1024,
    splitLength: 256,
    segmentThreads: Number.POSITIVE_INFINITY,
    isFusing: true,
  },
  // Barriers are slow here and everything is loads per multiply-add, so tiles are large; 2 to 16 cores are busy with few threads. Threads
  // are lanes of SIMD registers that execute both sides of a branch: each of several kernels in one dispatch would execute all of them.
  software: {
    workgroup: 16,
    fewThreads: 64,
    longRow: 4096,
    fewColumns: 16,
    columnThreads: 64,
    mapPoints: 8,
    largeTiles: 1,
    tile: { rows: 8, groups: 2 },
    quadTile: { rows: 16, groups: 1 },
    splitThreads: 64,
    splitLength: 256,
    // Starting a thread takes longer than most rows of a large table.
    segmentThreads: 256,
    isFusing: false,
  },
};

/** The choices for a device: quads only where the smallest subgroup is one, so that 4 neighbours in a workgroup are surely together. */
export function choicesFor(adapter: AdapterClass, { features, adapterInfo }: Pick<GPUDevice, 'features' | 'adapterInfo'>): ClassChoices {
  const choices = CLASS_CHOICES[adapter];
  const hasQuads = features.has('subgroups') && adapterInfo.subgroupMinSize === 4;
  return hasQuads ? choices : { ...choices, quadTile: null };
}
