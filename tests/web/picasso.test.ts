// The channel picker's arithmetic, what the page reads of a report of unmix_picasso, and its checks.
import { describe, expect, it } from 'vitest';
import { picassoChecks } from '../../web/correct/picasso/picasso-checks';
import { lossAt, picassoDetails, shareFound } from '../../web/correct/picasso/picasso-report';
import {
  everyPair,
  fromLists,
  fromMatrix,
  keepChannels,
  relationsInWords,
  roleIn,
  toMatrix,
  withRole,
} from '../../web/correct/picasso/relations';
import { asShown } from '../../web/correct/shown-settings';

describe('relations', () => {
  it('another role for one channel leaves the relations of the others as they are', () => {
    // 0 into 1, 1 into 2; 3 stands apart.
    const chain = fromMatrix(
      [
        [1, -1, 0, 0],
        [0, 1, -1, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
      ],
      4,
    );
    expect(toMatrix(withRole(chain, 3, 'source'))).toEqual([
      [1, -1, 0, 0],
      [0, 1, -1, 0],
      [0, 0, 1, 0],
      [0, -1, -1, 1],
    ]);
    expect(toMatrix(withRole(chain, 3, 'sink'))[0]).toEqual([1, -1, 0, -1]);
    expect(toMatrix(withRole(chain, 1, 'neutral'))).toEqual([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 1],
    ]);
    expect(withRole(chain, 1, 'sink')).toEqual(chain);
  });

  const chain = [
    [1, -1, 0],
    [0, 1, -1],
    [0, 0, 1],
  ];

  it('are written as they were read', () => {
    expect(toMatrix(fromMatrix(chain, 3))).toEqual(chain);
    expect(everyPair(2)).toEqual([
      [false, true],
      [true, false],
    ]);
  });

  it('give each channel its role', () => {
    const relations = fromMatrix(chain, 4);
    expect([0, 1, 2, 3].map((channel) => roleIn(relations, channel))).toEqual(['source', 'both', 'sink', 'neutral']);
  });

  it('of lists: whatever is neither neutral nor the sink itself bleeds into each sink', () => {
    // Channels 2, 5 and 7 of a stack.
    expect(toMatrix(fromLists([2, 5, 7], [5, 7], [2]))).toEqual([
      [1, 0, 0],
      [0, 1, -1],
      [0, -1, 1],
    ]);
  });

  it('are told in the words of the form, which shows none of their settings', () => {
    const bare = 'unmix_picasso: sink_channels is empty: name at least one channel that others bleed into';
    expect(relationsInWords(bare)).toMatch(/^Nothing is related yet/);
    expect(relationsInWords('source_sink_matrix has no -1: no channel may bleed into another')).toMatch(
      /^Nothing is related yet/,
    );
    expect(relationsInWords('sink Dye 2 has no source: every other selected channel is in neutral_channels')).toBe(
      'Dye 2 is a sink, but every other channel is neutral: make one of them a source.',
    );
    expect(relationsInWords('the file ends early')).toBe('the file ends early');
  });

  it('stay with their channels when others come or go', () => {
    const relations = fromMatrix(chain, 3);
    expect(toMatrix(keepChannels(relations, [0, 1, 2], [1, 2]))).toEqual([
      [1, -1],
      [0, 1],
    ]);
    expect(toMatrix(keepChannels(relations, [1, 3, 4], [0, 1, 3]))).toEqual([
      [1, 0, 0],
      [0, 1, -1],
      [0, 0, 1],
    ]);
  });
});

const blind = {
  method: 'picasso',
  implementation: 'matlab_n',
  channels: [0, 2],
  alpha_reference_t: 1,
  picasso_estimation: {
    applied_matrix: [
      [1.01, -0.2],
      [-0.05, 1],
    ],
    normalization_factors: [1000, 4000],
    background_values: [0.1, 0.02],
    max_abs_alpha_by_iteration: [0.2, 0.1, 0.004],
    negativity_by_iteration: [
      [0, 0.001],
      [0.002, 0.003],
      [0, 0],
    ],
    negativity_at_clips: [{ iteration: 1, negativity: [0, 0.01] }],
    stop_reason: 'max_iter',
    blocks: 256,
    suggested_pixel_bin_size: 8,
    signal_loss: [0.02, 0.3],
    destroys_signal: [2],
    application_details_by_t: [
      { t: 0, background_values: [0.2, 0.1], normalization_factors: [500, 1000] },
      { t: 1, mode: 'estimated' },
    ],
  },
};

describe('a report of matrices', () => {
  const details = picassoDetails(blind);
  const pool = details?.pools[0];

  it('is read in counts', () => {
    expect(pool?.matrix[0]).toEqual([1.01, -0.05]);
    expect(pool?.matrix[1]?.[0]).toBeCloseTo(-0.2, 12);
    expect(pool && shareFound(pool, 0, 1)).toBeCloseTo(0.2, 12);
  });

  it('gives curves by channel, and the backgrounds of every time point', () => {
    expect(pool?.iterations?.negativity).toEqual([
      [0, 0.002, 0],
      [0.001, 0.003, 0],
    ]);
    expect(details?.backgroundByT.get(1)).toEqual([100, 80]);
    expect(details?.backgroundByT.get(0)).toEqual([100, 100]);
  });

  it('of one time point that decides for all has the factors on counts of each', () => {
    expect(pool?.t).toBe(1);
    expect(details?.matrixByT.get(0)?.[1]?.[0]).toBeCloseTo((-0.05 * 1000) / 500, 12);
    expect(details?.matrixByT.get(0)?.[0]?.[1]).toBeCloseTo((-0.2 * 500) / 1000, 12);
    expect(details?.matrixByT.has(1)).toBe(false);
  });

  it('what a run measured at another time point is found by its t', () => {
    const by_t = [
      { t: 0, signal_loss: [0.1, 0.2] },
      { t: 1, signal_loss: [0.02, 0.3] },
    ];
    const step = {
      step: 'unmix_picasso',
      settings: {},
      used: [],
      learnt: {},
      warnings: [],
      diagnostics: { by_t },
      details: {},
    };
    expect(lossAt(step, 0)).toEqual([0.1, 0.2]);
    expect(lossAt(step, 2)).toBeNull();
    expect(lossAt(null, 0)).toBeNull();
  });

  it('is judged: signal lost, blocks, whether it settled', () => {
    const words = pool ? picassoChecks(pool, pool.signalLoss, ['A', 'B']).map(({ name, word }) => [name, word]) : [];
    expect(words).toEqual([
      ['Lost, A', 'good'],
      ['Lost, B', 'bad'],
      ['Blocks', 'look'],
      ['Last coefficient', 'good'],
    ]);
  });
});

describe('a report of sources and sinks', () => {
  const details = picassoDetails({
    method: 'picasso',
    implementation: 'source_sink_n',
    channels: [0, 1],
    picasso_estimation: null,
    picasso_estimation_by_t: [
      {
        t: 0,
        global_max: 2000,
        alpha_parameters: [
          [1, 0.35],
          [0, 1],
        ],
        pairwise_alpha_details: [
          {
            sink_index: 1,
            signal_loss: 0.01,
            source_parameter_details: [{ source_index: 0, sink_index: 1, alpha: 0.35, background: 0.05 }],
          },
        ],
        destroys_signal: [],
      },
    ],
  });

  it('gives the coefficients, backgrounds in counts and the matrix they make', () => {
    const pool = details?.pools[0];
    expect(pool?.sources).toEqual([{ source: 0, sink: 1, alpha: 0.35, background: 100 }]);
    expect(pool?.matrix).toEqual([
      [1, 0],
      [-0.35, 1],
    ]);
    expect(pool?.signalLoss).toEqual([0, 0.01]);
    expect(details?.backgroundByT.size).toBe(0);
  });
});

it('a report of another method is none', () => {
  expect(picassoDetails({ method: 'mi_min' })).toBeNull();
  expect(picassoDetails(null)).toBeNull();
});

it('is fitted and shown in counts with negative values, whatever is to be written', () => {
  const settings = { output_units: 'normalised', output_dtype: 'uint16', max_iter: 5 };
  expect(asShown({ step: 'unmix_picasso', settings })).toEqual({
    step: 'unmix_picasso',
    settings: { output_units: 'input', clip_negative: false, max_iter: 5 },
  });
  const other = { step: 'unmix', settings: { clip_negative: true } };
  expect(asShown(other)).toBe(other);
});
