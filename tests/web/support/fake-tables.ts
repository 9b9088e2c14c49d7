// The settings table of `unmix` as the core describes it, for working on the form without wasm.
import type { SettingInfo, StepKind } from '../../../workers/api';

function setting(name: string, kind: SettingInfo['kind'], value: unknown, rest: Partial<SettingInfo> = {}): SettingInfo {
  return {
    name,
    kind,
    forms: [],
    nullable: false,
    elements_nullable: false,
    minimum_length: null,
    maximum_length: null,
    in_link: true,
    default: value,
    choices: [],
    choice_labels: [],
    minimum: null,
    maximum: null,
    exclusive_minimum: false,
    unit: '',
    label: name.replaceAll('_', ' '),
    meaning: '',
    null_means: '',
    rare: false,
    role: '',
    applies_when: [],
    ...rest,
  };
}

const reverse: SettingInfo['applies_when'] = [
  { setting: 'bidirectional', values: [true], negated: false, reason: 'only used in both directions' },
];
const search: SettingInfo['applies_when'] = [
  {
    setting: 'method',
    values: ['corr_min', 'mi_min'],
    negated: false,
    reason: 'only searched by correlation and mutual information',
  },
];

const methods = {
  choices: ['manual', 'mean_ratio', 'linear_fit', 'corr_min', 'mi_min'],
  choice_labels: ['By hand', 'Mean ratio', 'Linear fit', 'Correlation', 'Mutual information'],
};

export const unmixKind: StepKind = {
  name: 'unmix',
  title: 'Unmix',
  meaning: 'Subtracts what the source channel leaves in the target channel.',
  inputs: [],
  settings: [
    setting('source_channel', 'integer', 0, { role: 'source_channel', label: 'Bleeds from', minimum: 0 }),
    setting('target_channel', 'integer', 1, { role: 'target_channel', label: 'into', minimum: 0 }),
    setting('method', 'choice', 'mean_ratio', { ...methods, label: 'Method', meaning: 'How alpha is estimated.' }),
    setting('alpha', 'number', null, { nullable: true, label: 'Alpha', minimum: 0, null_means: 'estimated' }),
    setting('alpha_mode', 'choice', null, { nullable: true, choices: ['fixed', 'reference_t', 'per_t'], label: 'Estimate' }),
    setting('alpha_reference_t', 'integer', 0, {
      role: 'time_point',
      label: 'Time point',
      minimum: 0,
      meaning: 'The time point whose volume is measured.',
      applies_when: [
        { setting: 'alpha_mode', values: ['fixed', 'per_t'], negated: true, reason: 'only used with one time point' },
      ],
    }),
    setting('signal_percentile', 'number', 99, {
      label: 'Signal percentile',
      minimum: 0,
      maximum: 100,
      meaning: 'Voxels whose source is at or above this percentile count as bright.',
    }),
    setting('background_percentile', 'number', 1, {
      label: 'Background percentile',
      minimum: 0,
      maximum: 100,
      meaning: 'Taken off both channels before estimating.',
    }),
    setting('bidirectional', 'boolean', false, { label: 'Both directions', meaning: 'The target bleeds into the source too.' }),
    setting('region', 'matrix', null, {
      nullable: true,
      role: 'region',
      label: 'Region',
      rare: true,
      null_means: 'the whole plane',
    }),
    setting('region_z', 'integer_list', null, {
      nullable: true,
      rare: true,
      label: 'Region in depth',
      null_means: 'all planes',
    }),
    setting('clip_negative', 'boolean', true, { label: 'Clip below zero' }),
    setting('output_dtype', 'choice', 'float32', {
      label: 'Write as',
      choices: ['input', 'uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'float64'],
      choice_labels: ['same as input', 'uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'float64'],
    }),
    setting('target_low_percentile', 'number', null, {
      nullable: true,
      rare: true,
      label: 'Dim target percentile',
      minimum: 0,
      maximum: 100,
      null_means: 'not used',
      meaning: 'Only voxels whose target is at or below this percentile of the whole pool.',
    }),
    setting('preprocess_alpha_inputs', 'boolean', true, {
      rare: true,
      label: 'Take background off',
      meaning: 'Before estimating.',
    }),
    setting('alpha_max', 'number', 1, {
      rare: true,
      label: 'Largest alpha',
      minimum: 0,
      exclusive_minimum: true,
      applies_when: search,
    }),
    setting('mi_bins', 'integer', 64, { rare: true, label: 'Bins', minimum: 2 }),
    setting('max_alpha_voxels', 'integer', 500000, {
      nullable: true,
      rare: true,
      label: 'Most voxels',
      minimum: 1,
      null_means: 'all voxels',
    }),
    setting('random_state', 'integer', 0, { rare: true, label: 'Seed', minimum: 0 }),
    setting('min_mask_voxels', 'integer', 16, { rare: true, label: 'Fewest voxels', minimum: 1 }),
    setting('source_offset', 'any', null, {
      nullable: true,
      rare: true,
      label: 'Source pedestal',
      forms: ['number', 'choice'],
      choices: ['auto'],
      unit: 'counts',
      null_means: 'none',
    }),
    setting('target_offset', 'any', null, {
      nullable: true,
      rare: true,
      label: 'Target pedestal',
      forms: ['number', 'choice'],
      choices: ['auto'],
      unit: 'counts',
      null_means: 'none',
    }),
    setting('alpha_reverse', 'number', null, {
      nullable: true,
      rare: true,
      label: 'Alpha back',
      minimum: 0,
      applies_when: reverse,
      null_means: 'estimated',
    }),
    setting('method_reverse', 'choice', null, {
      ...methods,
      nullable: true,
      rare: true,
      label: 'Method back',
      applies_when: reverse,
      null_means: 'same',
    }),
  ],
};
