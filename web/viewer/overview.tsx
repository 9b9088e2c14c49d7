// The whole image, small, with a frame around what is in the window. Dragging in it moves the window.
import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { follow } from '../ui/drag';
import { drawBitmap, PictureCache } from './painter';
import { afterPicture, beforePicture } from './pictures';
import { centreOn, imageSize, pane, seesAll, view } from './state';
import { visiblePart } from './view';

const SIDE = 96;

export function Overview() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const cache = useRef(new PictureCache());
  const hidden = seesAll.value || view.value === null;
  const image = imageSize.value;
  const zoom = SIDE / Math.max(image.width, image.height);
  const [width, height] = [Math.max(image.width * zoom, 8), Math.max(image.height * zoom, 8)];

  useSignalEffect(() => {
    const picture = afterPicture.value ?? beforePicture.value;
    const target = canvas.current;
    if (!picture || !target || seesAll.value) return;
    const ratio = Math.min(devicePixelRatio || 1, 2);
    const size = imageSize.value;
    const scale = SIDE / Math.max(size.width, size.height);
    const room = { width: size.width * scale, height: size.height * scale };
    requestAnimationFrame(() => {
      target.width = Math.round(room.width * ratio);
      target.height = Math.round(room.height * ratio);
      const context = target.getContext('2d');
      if (!context) return;
      const whole = { x: size.width / 2, y: size.height / 2, zoom: scale };
      drawBitmap(context, cache.current.bitmap(picture, whole, room, ratio), whole, room, ratio, {
        left: 0,
        right: room.width,
        centre: room.width / 2,
      });
    });
  });

  const part = view.value ? visiblePart(view.value, image, pane.value) : null;
  return (
    <div
      class="overview"
      hidden={hidden}
      aria-hidden="true"
      style={{ width: `${width}px`, height: `${height}px` }}
      onPointerDown={(event) => {
        const box = event.currentTarget.getBoundingClientRect();
        const to = (x: number, y: number) => centreOn((x / box.width) * image.width, (y / box.height) * image.height);
        to(event.clientX - box.left, event.clientY - box.top);
        follow(event, event.currentTarget, (point) => to(point.x, point.y));
      }}
    >
      <canvas ref={canvas} />
      {part && (
        <i
          style={{
            left: `${part.x * 100}%`,
            top: `${part.y * 100}%`,
            width: `${part.width * 100}%`,
            height: `${part.height * 100}%`,
          }}
        />
      )}
    </div>
  );
}
