// The form of `unmix`: the generated one, with the estimate's segmented choice and the alpha card in the place of the two settings
// (alpha, alpha_mode) they stand for.
import type { StepKind } from '../../workers/api';
import { shapeOf, stack } from '../open/stack';
import { Segmented } from '../ui/segmented';
import { AlphaCard } from './alpha-card';
import { alphaInForce } from './estimate';
import { SettingsForm } from './settings-form';
import { type AlphaMode, alphaMode, setMode } from './unmix';

function EstimateChoice() {
  const times = stack.value ? shapeOf(stack.value).t : 1;
  return (
    <div class="setting">
      <span class="setting-label">Estimate</span>
      <Segmented<AlphaMode>
        label="Estimate"
        class="estimate-choice"
        value={alphaMode.value}
        onChange={(mode) => setMode(mode, alphaInForce.value)}
        choices={[
          { value: 'fixed', label: 'Fixed' },
          { value: 'reference_t', label: 'One t' },
          { value: 'per_t', label: 'Each t', disabled: times < 2 },
        ]}
      />
    </div>
  );
}

export function UnmixForm({ kind, index }: { kind: StepKind; index: number }) {
  return (
    <SettingsForm
      kind={kind}
      index={index}
      replaced={['alpha', 'alpha_mode']}
      after={{
        method: (
          <>
            <EstimateChoice />
            <AlphaCard />
          </>
        ),
      }}
    />
  );
}
