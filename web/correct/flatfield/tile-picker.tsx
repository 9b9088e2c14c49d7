// How the tiles lie, and which of them are empty: a grid of buttons, numbered as the step numbers them, down the first column and
// then down the next.
import { stack } from '../../open/stack';
import { NumberField } from '../../ui/number-field';
import { change, endEdit, settingsOf } from '../recipe';
import { gridOf, squarest } from './flatfield';

export function TilePicker({ index, idle }: { index: number; idle: boolean }) {
  const names = stack.value?.tiles ?? [];
  if (names.length < 2) return null;
  const settings = settingsOf(index);
  const { rows, columns } = gridOf(settings.grid, names.length, stack.value?.layout ?? null);
  // A number beyond the tiles, which a link may bring, has no button: the next click drops it.
  const named = Array.isArray(settings.fov_list) ? settings.fov_list.map(Number) : [];
  const empty = named.filter((tile) => tile >= 1 && tile <= names.length);
  // As the stage stood, or as square as can be.
  const square = stack.value?.layout ?? squarest(names.length);
  const lay = (next: { rows: number; columns: number }) =>
    change(index, { grid: next.rows === 1 ? null : [next.rows, next.columns] });
  const toggle = (tile: number) => {
    const next = empty.includes(tile) ? empty.filter((each) => each !== tile) : [...empty, tile].sort((a, b) => a - b);
    // Numbers mean tiles of this grid: it stands in the recipe with them.
    change(index, { fov_list: next.length > 0 ? next : null, grid: rows === 1 ? null : [rows, columns] });
  };
  return (
    <fieldset class={`tile-picker ${idle ? 'idle' : ''}`} disabled={idle}>
      <legend class="sr-only">Tiles: how they lie, and which are empty</legend>
      <div class="setting">
        <span class="setting-label">Tile grid</span>
        <span class="tile-grid-size">
          <NumberField
            label="Rows of tiles"
            value={rows}
            integer
            min={1}
            max={names.length}
            onInput={(next) => next !== null && names.length % next === 0 && lay({ rows: next, columns: names.length / next })}
            onCommit={endEdit}
          />
          ×
          <NumberField
            label="Columns of tiles"
            value={columns}
            integer
            min={1}
            max={names.length}
            onInput={(next) => next !== null && names.length % next === 0 && lay({ rows: names.length / next, columns: next })}
            onCommit={endEdit}
          />
        </span>
        <span class="setting-note">
          {!stack.value?.layout && !settings.grid && 'The files do not say how their tiles lie; one row is assumed. '}
          {rows !== square.rows && (
            <button type="button" class="link" onClick={() => lay(square)}>
              {square.rows} × {square.columns}
            </button>
          )}
        </span>
      </div>
      <div class="setting tile-choice">
        <span class="setting-label">Empty tiles</span>
        <div class="tiles" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
          {Array.from({ length: rows * columns }, (_, i) => {
            const tile = (i % columns) * rows + Math.floor(i / columns) + 1;
            const name = names[tile - 1] ?? '';
            const chosen = empty.includes(tile);
            return (
              <button
                key={tile}
                type="button"
                class={`tile ${chosen ? 'chosen' : ''}`}
                aria-pressed={chosen}
                aria-label={`Tile ${tile}, ${name}: empty`}
                title={name}
                onClick={() => toggle(tile)}
              >
                {tile}
              </button>
            );
          })}
        </div>
      </div>
    </fieldset>
  );
}
