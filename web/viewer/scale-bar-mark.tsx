// The scale bar on the image. Without a pixel size in the file it is in pixels, and says so.
import { layout } from '../app/layout';
import { stack } from '../open/stack';
import { scaleBar } from './scale-bar';
import { view } from './state';

export function ScaleBar() {
  if (!view.value || !stack.value) return null;
  const bar = scaleBar(stack.value.inspection.pixel_size.x, view.value.zoom, layout.value === 'phone' ? 90 : 160);
  return (
    <div class="scale-bar" style={{ width: `${bar.width}px` }}>
      <span class="sr-only">Scale bar: </span>
      {bar.label}
    </div>
  );
}
