// What is open, in three lines.
import { shapeLine, stack } from '../open/stack';
import { dotted, formatBytes, formatQuantity } from '../ui/format';

export function FileCard() {
  const open = stack.value;
  if (!open) return null;
  const { inspection } = open;
  const pixel = inspection.pixel_size.x;
  return (
    <div class="file-card">
      <h2>{inspection.name}</h2>
      <p>{shapeLine(inspection)}</p>
      <p>{dotted(inspection.type, pixel && `${formatQuantity(pixel.value, pixel.unit)}/px`, formatBytes(inspection.bytes))}</p>
    </div>
  );
}
