import { openDialog } from '../store/dialogs.ts';
import { shortcutsFlag } from '../store/local-setting.ts';
import { Checkbox } from '../ui/Checkbox.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import './help.css';

const KEYS: readonly (readonly [key: string, action: string])[] = [
  ['Space', 'Run or Pause'],
  ['S', 'Step'],
  ['R', 'Reset'],
  ['L', 'Log or linear axis of the focused chart'],
  ['?', 'This list'],
];

const CHARTS: readonly (readonly [name: string, meaning: string])[] = [
  ['Loss', 'Training loss of each step, plain, whatever smoothing or ridge the method trains with.'],
  ['Metric', 'The validation metric, with the target as a dashed line and its value.'],
  ['Distance estimate', 'What a method believes the distance from its start to a solution to be, beside the distance it has really moved.'],
  [
    'Effective step size',
    'Root mean square of the change of all parameters in one step: the one step size that means the same for every method.',
  ],
  ['Schedule', 'The relative schedule, peak 1, that multiplies every method.'],
];

export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const isOn = shortcutsFlag.use();
  return (
    <Dialog title="Help" onClose={onClose}>
      <div className="help">
        <section>
          <h3>What this is</h3>
          <p>
            A race of optimizers in lockstep. All runs of one seed start from the same parameters and see the same batches in the same
            order, which the fingerprint beside the seed proves. Change anything on the left, press Run, and share the link.
          </p>
        </section>
        <section>
          <h3>The charts</h3>
          <dl className="help-list">
            {CHARTS.map(([name, meaning]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3>Validation examples</h3>
          <p>
            Below the results: a few validation rows, always the same ones, and what the model of one optimizer said of them at its last
            evaluation. Pick another optimizer there; those hidden in the legends are left out. Recorded runs have none.
          </p>
        </section>
        <section>
          <h3>The methods</h3>
          <p>Every optimizer of this page with its formulas, its memory, its paper, and the same configuration in PyTorch and optax.</p>
          <button type="button" className="button" onClick={() => openDialog('methods')}>
            All methods
          </button>
        </section>
        <section>
          <h3>Keys</h3>
          <dl className="help-list help-keys">
            {KEYS.map(([key, action]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{action}</dd>
              </div>
            ))}
          </dl>
          <Checkbox isChecked={isOn} onChange={shortcutsFlag.set}>
            Keyboard shortcuts
          </Checkbox>
        </section>
        <section>
          <h3>Speed</h3>
          <p>How long a training step takes here, on the GPU and on the processor, network by network.</p>
          <button type="button" className="button" onClick={() => openDialog('speed')}>
            Speed on this machine
          </button>
        </section>
      </div>
    </Dialog>
  );
}
