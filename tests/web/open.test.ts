import { describe, expect, test } from 'vitest';
import { outputName, outputNames, reportName } from '../../web/export/names';
import { axesText, product, readAxes } from '../../web/open/axes';
import { formatAddress, parseAddress } from '../../web/share/address';

describe('the answer about axes', () => {
  test('is written slowest first and without axes of length one', () => {
    expect(axesText({ order: ['T', 'Z', 'C'], counts: { T: 9, Z: 20, C: 2 } })).toBe('T9Z20C2');
    expect(axesText({ order: ['Z', 'C', 'T'], counts: { T: 1, Z: 5, C: 2 } })).toBe('Z5C2');
    expect(axesText({ order: ['T', 'Z', 'C'], counts: { T: 1, Z: 1, C: 1 } })).toBe('T1');
  });

  test('reads counts, and one that is left out is what remains of the pages', () => {
    expect(readAxes('T9Z20C2', 360)?.counts).toEqual({ T: 9, Z: 20, C: 2 });
    expect(readAxes('T', 12)?.counts).toEqual({ T: 12, Z: 1, C: 1 });
    expect(readAxes('Z5T', 60)).toEqual({ order: ['Z', 'T', 'C'], counts: { T: 12, Z: 5, C: 1 } });
  });

  test('does not fit when the counts do not multiply to the pages', () => {
    expect(readAxes('T9Z20C2', 361)).toBeNull();
    expect(readAxes('Z7T', 60)).toBeNull();
    expect(readAxes('TT', 4)).toBeNull();
    expect(readAxes('ZT', 4)).toBeNull();
    expect(readAxes('X4', 4)).toBeNull();
  });

  test('says what it read', () => {
    for (const text of ['T9Z20C2', 'C2Z20T9', 'Z360']) {
      const answer = readAxes(text, 360);
      expect(answer && axesText(answer)).toBe(text);
      expect(answer && product(answer)).toBe(360);
    }
  });
});

describe('the address', () => {
  test('holds a link and a recipe', () => {
    expect(parseAddress('#open=https://host/a.tif;/1/unmix?method=mi_min')).toEqual({
      open: 'https://host/a.tif',
      recipe: '/1/unmix?method=mi_min',
    });
  });

  test('a recipe may hold semicolons and be switched off', () => {
    expect(parseAddress('#/1/unmix?matrix=1,-1;0,1').recipe).toBe('/1/unmix?matrix=1,-1;0,1');
    expect(parseAddress('#!unmix').recipe).toBe('!unmix');
  });

  test('comes back the same, whatever the link holds', () => {
    for (const open of [null, 'https://host/a b;c#d/50%.tif?x=1&y=2', 'https://host/ü.tif']) {
      for (const recipe of [null, '/1/unmix?method=mi_min&alpha_max=0.5']) {
        expect(parseAddress(formatAddress({ open, recipe }))).toEqual({ open, recipe });
      }
    }
  });

  test('a recipe that a chat program has escaped is still read', () => {
    expect(parseAddress('#%2F1%2Funmix%3Fmethod%3Dmi_min').recipe).toBe('/1/unmix?method=mi_min');
  });

  test('what the recipe itself escapes is left to the recipe', () => {
    expect(parseAddress('#/1/unmix?x=a%2Fb').recipe).toBe('/1/unmix?x=a%2Fb');
  });

  test('unknown parts are passed over', () => {
    expect(parseAddress('#lesson=alpha;/1/unmix')).toEqual({ open: null, recipe: '/1/unmix' });
    expect(parseAddress('')).toEqual({ open: null, recipe: null });
  });
});

describe('names of what is written', () => {
  test('stand beside the input and never are the input', () => {
    expect(outputName('cells.ome.tif')).toBe('cells.unmixed.ome.tif');
    expect(outputName('cells.TIFF')).toBe('cells.unmixed.ome.tif');
    expect(outputName('cells.unmixed.ome.tif')).not.toBe('cells.unmixed.ome.tif');
    expect(outputNames(['a.ome.tif', 'set.ome.tif, pos1'])).toEqual(['a.unmixed.ome.tif', 'set pos1.unmixed.ome.tif']);
    expect(outputNames(['a.tif', 'a.ome.tif'])).toEqual([]);
    expect(reportName('cells.unmixed.ome.tif')).toBe('cells.unmixed.ome.tif.json');
  });
});
