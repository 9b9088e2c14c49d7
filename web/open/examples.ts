// The scenes that are made on the spot, with known truth (docs/formats.md has their options).
import type { Recipe, WebUnmix } from '../../workers/api';

export interface Example {
  id: string;
  title: string;
  facts: string;
  about: string;
  options: Parameters<WebUnmix['example']>[0];
  /** What the page begins with on this scene; left out: as with any stack. */
  steps?: Recipe['steps'];
}

export const EXAMPLES: Example[] = [
  {
    id: 'cells',
    title: 'Two colours over time',
    facts: '2 channels · 3 t · 8 z',
    about: 'Tubulin bleeds into H2B. True α 0.300.',
    options: { scene: 'cells' },
  },
  {
    id: 'co-localised',
    title: 'Co-localised dye',
    facts: '2 channels · 3 t · 8 z',
    about: 'Half of H2B sits on tubulin. True α 0.300.',
    options: { scene: 'cells', colocalisation: 0.5 },
  },
  {
    id: 'circles',
    title: 'Two blobs',
    facts: '2 channels · 9 t · 20 z',
    about: 'The scene of the tutorial. True α 0.280.',
    options: { scene: 'circles' },
  },
  {
    id: 'dyes',
    title: 'Three dyes',
    facts: '3 channels · PICASSO',
    about: 'Each bleeds into the others, up to 35 %.',
    options: { scene: 'dyes' },
    steps: [{ step: 'unmix_picasso', settings: { output_units: 'input', quantisation: 'round' } }],
  },
  {
    id: 'photon-transfer',
    title: 'Camera test',
    facts: '1 channel · 40 t',
    about: 'A still gradient. True gain 0.500 e-/ADU.',
    options: { scene: 'photon_transfer' },
    steps: [{ step: 'detect_gain', settings: {} }],
  },
];
