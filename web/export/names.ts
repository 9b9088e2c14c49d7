// File names of what is written: beside the input's name, never equal to it.

/** "cells.ome.tif" -> "cells.unmixed.ome.tif" */
export function outputName(input: string): string {
  const base = input.replace(/\.(ome\.)?tiff?$/i, '').replace(/\.unmixed$/i, '');
  const name = `${base || 'stack'}.unmixed.ome.tif`;
  return name === input ? `${base}.unmixed-2.ome.tif` : name;
}

/** Of tiles, each by its own name; none when two would be the same. */
export function outputNames(tiles: readonly string[]): string[] {
  // An image of a file with several: "set.ome.tif, pos1" is "set pos1".
  const names = tiles.map((tile) => outputName(tile.replace(/\.(ome\.)?tiff?, /i, ' ').replaceAll(/[\\/:*?"<>|]/g, '-')));
  return new Set(names).size === names.length ? names : [];
}

/** "frames.tif" -> "frames.report.json": of a recipe that only measures, which has no stack to lie beside. */
export function measuredName(input: string): string {
  return `${input.replace(/\.(ome\.)?tiff?$/i, '') || 'stack'}.report.json`;
}

/** The report lies beside the stack: the same name plus ".json". */
export function reportName(output: string): string {
  return `${output}.json`;
}
