// What is open, in three lines.
import { shapeLine, stack } from '../open/stack';
import { dotted, formatBytes, formatQuantity } from '../ui/format';
import { shownIndex } from '../ui/position';
import { tile } from '../viewer/position';

/** Which of the stacks that are open together is looked at. */
function TileChoice({ names }: { names: string[] }) {
  return (
    <select
      class="field file-tile"
      aria-label="Tile"
      value={tile.value}
      onChange={(event) => {
        tile.value = Number(event.currentTarget.value);
      }}
    >
      {names.map((name, i) => (
        <option key={name} value={i}>
          {shownIndex(i)} of {names.length}, {name}
        </option>
      ))}
    </select>
  );
}

export function FileCard() {
  const open = stack.value;
  if (!open) return null;
  const { inspection } = open;
  const pixel = inspection.pixel_size.x;
  return (
    <div class="file-card">
      {open.tiles.length > 1 ? <TileChoice names={open.tiles} /> : <h2 title={inspection.name}>{inspection.name}</h2>}
      <p>{shapeLine(inspection)}</p>
      <p>{dotted(inspection.type, pixel && `${formatQuantity(pixel.value, pixel.unit)}/px`, formatBytes(inspection.bytes))}</p>
    </div>
  );
}
