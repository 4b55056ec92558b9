const FLOAT = 4;

/** The device's ring of samples, (capacity, R * width) floats, and its asynchronous way back to the host. */
export class SampleRing {
  readonly buffer: GPUBuffer;
  readonly capacity: number;
  readonly #device: GPUDevice;
  readonly #sampleBytes: number;
  readonly #idle: GPUBuffer[] = [];
  readonly #all: GPUBuffer[] = [];

  constructor(device: GPUDevice, capacity: number, valuesPerSample: number) {
    this.#device = device;
    this.capacity = capacity;
    this.#sampleBytes = valuesPerSample * FLOAT;
    this.buffer = this.#create('sample ring', GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
    this.#idle.push(this.#createStaging());
  }

  get bytes(): number {
    return this.#all.reduce((sum, { size }) => sum + size, 0);
  }

  /** Reads samples first .. first + count - 1, count <= capacity. The copy is queued at once, so their places may be written again. */
  async take(first: number, count: number): Promise<Float32Array<ArrayBuffer>> {
    // Usually one fetch is under way at a time; a second one gets a buffer of its own.
    const staging = this.#idle.pop() ?? this.#createStaging();
    const start = first % this.capacity;
    const head = Math.min(count, this.capacity - start);
    const encoder = this.#device.createCommandEncoder({ label: 'samples' });
    encoder.copyBufferToBuffer(this.buffer, start * this.#sampleBytes, staging, 0, head * this.#sampleBytes);
    if (head < count) encoder.copyBufferToBuffer(this.buffer, 0, staging, head * this.#sampleBytes, (count - head) * this.#sampleBytes);
    this.#device.queue.submit([encoder.finish()]);
    const bytes = count * this.#sampleBytes;
    await staging.mapAsync(GPUMapMode.READ, 0, bytes);
    const data = new Float32Array(staging.getMappedRange(0, bytes).slice(0));
    staging.unmap();
    this.#idle.push(staging);
    return data;
  }

  dispose(): void {
    for (const buffer of this.#all) buffer.destroy();
  }

  #createStaging(): GPUBuffer {
    return this.#create('sample read-back', GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
  }

  #create(label: string, usage: number): GPUBuffer {
    const buffer = this.#device.createBuffer({ label, size: this.capacity * this.#sampleBytes, usage });
    this.#all.push(buffer);
    return buffer;
  }
}
