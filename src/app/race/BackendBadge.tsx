import type { BackendId } from '../../engine/config.ts';
import { actions } from '../store/actions.ts';
import { raceStore } from '../store/store.ts';
import { formatBytes } from '../ui/format.ts';
import { NativeSelect } from '../ui/NativeSelect.tsx';

const NAMES: Readonly<Record<BackendId, string>> = { webgpu: 'WebGPU', wasm: 'WASM' };

type Choice = BackendId | 'auto';

/** Which engine computes, on what adapter and why; opens to the choice of another one. */
export function BackendBadge() {
  const backend = raceStore((state) => state.backend);
  const forced = raceStore((state) => state.view.backend);
  const plannedBytes = raceStore((state) => (state.source === 'live' ? state.plannedBytes : null));
  const isRecorded = raceStore((state) => state.source === 'recording' || state.source === 'restored');
  const name = backend ? `${isRecorded ? 'Recorded on ' : ''}${NAMES[backend.id]}` : forced ? NAMES[forced] : 'Backend';
  const adapter = backend ? backend.adapter : forced ? 'chosen by you' : 'chosen at Run';
  return (
    <>
      <button type="button" className="badge" popoverTarget="backend-facts">
        <span className="badge-name">{name}:</span> <span className="badge-adapter">{adapter}</span>
      </button>
      <div id="backend-facts" popover="auto" className="popover" role="dialog" aria-label="Backend">
        {backend ? (
          <p>
            {name}, {backend.adapter}
            {backend.id === 'webgpu' && backend.isSoftware ? ' (software adapter: slow)' : ''}.{' '}
            {backend.reason && `Why: ${backend.reason}.`}
          </p>
        ) : (
          <p>Freestep trains on WebGPU where the machine has a graphics processor for it, and in WebAssembly otherwise.</p>
        )}
        {plannedBytes !== null && <p>Memory planned for this race: {formatBytes(plannedBytes)}.</p>}
        <NativeSelect<Choice>
          label="Backend of the next run"
          value={forced ?? 'auto'}
          onChange={(choice) => actions.setView({ backend: choice === 'auto' ? null : choice })}
        >
          <option value="auto">automatic</option>
          <option value="webgpu">WebGPU, also on a software adapter</option>
          <option value="wasm">WASM (processor)</option>
        </NativeSelect>
      </div>
    </>
  );
}
