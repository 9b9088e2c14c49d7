// The scenes that are made on the spot, with known truth.

export interface Example {
  id: string;
  title: string;
  facts: string;
  about: string;
  options: { scene: string; seed?: number; shape?: number[] };
}

export const EXAMPLES: Example[] = [
  {
    id: 'circles',
    title: 'Two colours over time',
    facts: '2 channels · 9 t · 20 z',
    about: 'Blobs that circle each other. True α 0.280.',
    options: { scene: 'circles' },
  },
  {
    id: 'cells',
    title: 'Cells with shared structure',
    facts: '2 channels · photon noise',
    about: 'Half of the target sits where the source is.',
    options: { scene: 'cells' },
  },
];
