import { useEffect, useState } from 'react';
import { isSoftwareAdapter } from '../../kernels/gpu-device.ts';
import { gpuNoteFlag } from '../store/local-setting.ts';
import { raceStore } from '../store/store.ts';

/** Why this page cannot train on a graphics processor, in words; null when it can. Asks for an adapter only, never for a device. */
export async function findGpuProblem(gpu: GPU | undefined, isSecure: boolean): Promise<string | null> {
  if (!gpu) {
    return isSecure
      ? 'This browser has no WebGPU: a current Chrome, Edge, Safari or Firefox has it on most machines.'
      : 'WebGPU needs a page that comes over https or from localhost.';
  }
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter)
      return 'The browser has WebGPU but offers no adapter: there is no graphics processor, its driver is blocked, or it is switched off.';
    return isSoftwareAdapter(adapter.info) ? 'The only WebGPU adapter here computes in software, where WebAssembly is faster.' : null;
  } catch {
    return 'The browser refused a WebGPU adapter.';
  }
}

/**
 * Tells before the first run, not in the middle of it, that races will run without a graphics processor. It appears late, so it stands
 * where it moves and covers nothing: in the header's free space, or below the charts.
 */
export function GpuNote({ isInHeader = false }: { readonly isInHeader?: boolean }) {
  const isShown = gpuNoteFlag.use();
  const isForced = raceStore((state) => state.view.backend !== null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (!isShown || isForced) return;
    let isCurrent = true;
    void findGpuProblem(navigator.gpu, isSecureContext).then((found) => isCurrent && setProblem(found));
    return () => {
      isCurrent = false;
    };
  }, [isShown, isForced]);
  if (!isShown || isForced || !problem) return null;
  return (
    <section className={isInHeader ? 'header-note' : 'note'} aria-label="Without WebGPU">
      <p>
        <strong>Races run on the processor here (WebAssembly), not on WebGPU.</strong> {!isInHeader && problem}
      </p>
      {isInHeader && (
        <>
          <button type="button" className="button button-quiet" popoverTarget="gpu-problem">
            Reason
          </button>
          <div id="gpu-problem" popover="auto" className="popover" role="dialog" aria-label="Why not on WebGPU">
            <p>{problem}</p>
          </div>
        </>
      )}
      <button type="button" className="button button-quiet" onClick={() => gpuNoteFlag.set(false)}>
        Dismiss
      </button>
    </section>
  );
}
