// The image: before and after split, side by side, blinking or as their difference. Drag or arrows move it, the wheel, two fingers
// or + and - zoom. Everything else lies on it: modes, zoom, scale bar, overview, values under the pointer.
import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { layout } from '../app/layout';
import { after, before, planeError } from '../correct/preview';
import { stack } from '../open/stack';
import { BadIcon } from '../ui/icons';
import { Modes } from './modes';
import { Overview } from './overview';
import { drawBitmap, PictureCache } from './painter';
import { afterPicture, beforePicture, differencePicture } from './pictures';
import { ProbeValues } from './probe';
import { addCorner, cancelDrawing, drawing, finishDrawing, removeCorner } from './region';
import { DrawingBar, RegionOverlay } from './region-overlay';
import { ScaleBar } from './scale-bar-mark';
import { SplitHandle } from './split-handle';
import { blinkAfter, imageSize, mode, pan, pane, port, probe, resetView, split, view, zoomBy } from './state';
import { imagePoint, windowPoint } from './view';
import { ZoomTools } from './zoom-tools';
import './viewer.css';

function ratio(): number {
  return Math.min(devicePixelRatio || 1, 2);
}

/** Keeps the canvas painted. */
function usePainter(canvas: { current: HTMLCanvasElement | null }): void {
  const caches = useRef({ before: new PictureCache(), after: new PictureCache(), difference: new PictureCache() });
  const frame = useRef(0);
  useSignalEffect(() => {
    // Read everything the picture depends on here, paint once with the next frame.
    const now = {
      view: view.value,
      pane: pane.value,
      port: port.value,
      mode: mode.value,
      split: split.value,
      blinkAfter: blinkAfter.value,
      before: beforePicture.value,
      after: afterPicture.value,
      difference: differencePicture.value,
    };
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      const target = canvas.current;
      const context = target?.getContext('2d');
      if (!target || !context || !now.view) return;
      const scale = ratio();
      const [width, height] = [Math.round(now.port.width * scale), Math.round(now.port.height * scale)];
      if (target.width !== width || target.height !== height) {
        target.width = width;
        target.height = height;
      }
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.fillStyle = '#000';
      context.fillRect(0, 0, width, height);
      const { view: seen, pane: room } = now;
      const draw = (kind: 'before' | 'after' | 'difference', left: number, right: number, centre: number) => {
        const picture = now[kind];
        if (picture)
          drawBitmap(context, caches.current[kind].bitmap(picture, seen, room, scale), seen, room, scale, {
            left,
            right,
            centre,
          });
      };
      const full = now.port.width;
      if (!now.after) draw('before', 0, full, full / 2);
      else if (now.mode === 'difference') draw('difference', 0, full, full / 2);
      else if (now.mode === 'blink') draw(now.blinkAfter ? 'after' : 'before', 0, full, full / 2);
      else if (now.mode === 'side') {
        draw('before', 0, full / 2, full / 4);
        draw('after', full / 2, full, (3 * full) / 4);
      } else {
        draw('before', 0, full * now.split, full / 2);
        draw('after', full * now.split, full, full / 2);
      }
    });
  });
}

/** Blink by itself, unless the system asks for less motion: then B or the button does it. */
function useBlink(): void {
  useSignalEffect(() => {
    if (mode.value !== 'blink' || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const timer = setInterval(() => {
      blinkAfter.value = !blinkAfter.value;
    }, 600);
    return () => clearInterval(timer);
  });
}

/** Position inside one pane: the right one of two counts like the left. */
function inPane(event: MouseEvent, element: Element): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  const x = event.clientX - box.left;
  return { x: mode.value === 'side' && x > box.width / 2 ? x - box.width / 2 : x, y: event.clientY - box.top };
}

function usePointer(area: { current: HTMLDivElement | null }): void {
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    const pointers = new Map<number, { x: number; y: number }>();
    /** Pixels since the pointer went down: a click has few. */
    let travelled = 0;
    const look = (event: PointerEvent) => {
      if (!view.value || event.pointerType === 'touch') return;
      const at = inPane(event, element);
      probe.value = imagePoint(view.value, at.x, at.y, pane.value);
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      travelled = 0;
    };
    const move = (event: PointerEvent) => {
      const last = pointers.get(event.pointerId);
      if (!last) {
        look(event);
        return;
      }
      const now = { x: event.clientX, y: event.clientY };
      travelled += Math.hypot(now.x - last.x, now.y - last.y);
      // A shaking hand that sets a corner does not move the image.
      if (drawing.value && travelled <= 4) return;
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const span = (p: { x: number; y: number }) => Math.hypot(p.x - other.x, p.y - other.y);
        const box = element.getBoundingClientRect();
        const [cx, cy] = [(now.x + other.x) / 2 - box.left, (now.y + other.y) / 2 - box.top];
        if (span(last) > 0) zoomBy(span(now) / span(last), cx, cy);
        pan((now.x - last.x) / 2, (now.y - last.y) / 2);
      } else pan(now.x - last.x, now.y - last.y);
      pointers.set(event.pointerId, now);
      look(event);
    };
    const up = (event: PointerEvent) => {
      const moved = travelled > 4;
      pointers.delete(event.pointerId);
      if (moved || !drawing.value || !view.value || event.type !== 'pointerup') return;
      const at = inPane(event, element);
      const first = drawing.value[0];
      const start = first && windowPoint(view.value, first.x, first.y, pane.value);
      if (start && Math.hypot(start.x - at.x, start.y - at.y) < 10 && finishDrawing()) return;
      addCorner(imagePoint(view.value, at.x, at.y, pane.value));
    };
    const leave = () => {
      if (pointers.size === 0) probe.value = null;
    };
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const at = inPane(event, element);
      const pixels = event.deltaMode === 1 ? event.deltaY * 16 : event.deltaY;
      zoomBy(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.002)), at.x, at.y);
    };
    const double = (event: MouseEvent) => {
      if (drawing.value) {
        removeCorner();
        finishDrawing();
        return;
      }
      const at = inPane(event, element);
      zoomBy(2, at.x, at.y);
    };
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', up);
    element.addEventListener('pointercancel', up);
    element.addEventListener('pointerleave', leave);
    element.addEventListener('wheel', wheel, { passive: false });
    element.addEventListener('dblclick', double);
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', up);
      element.removeEventListener('pointercancel', up);
      element.removeEventListener('pointerleave', leave);
      element.removeEventListener('wheel', wheel);
      element.removeEventListener('dblclick', double);
    };
  }, []);
}

const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Keys while a region is drawn: Space sets a corner at the cross, Backspace takes one back. */
function drawingKey(event: KeyboardEvent): boolean {
  if (!drawing.value) return false;
  if (event.key === ' ' && view.value) addCorner({ x: view.value.x, y: view.value.y });
  else if (event.key === 'Backspace') removeCorner();
  else if (event.key === 'Enter') finishDrawing();
  else if (event.key === 'Escape') cancelDrawing();
  else return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

function onKey(event: KeyboardEvent): void {
  if (drawingKey(event)) return;
  const arrow = ARROWS[event.key];
  const far = event.shiftKey ? 200 : 20;
  if (arrow) pan(arrow[0] * far, arrow[1] * far);
  else if (event.key === '+' || event.key === '=') zoomBy(1.25);
  else if (event.key === '-') zoomBy(0.8);
  else if (event.key === '0') resetView();
  else return;
  event.preventDefault();
  event.stopPropagation();
  probeCentre();
}

/** With the keyboard, the values are those in the middle of the image. */
function probeCentre(): void {
  if (view.value) probe.value = { x: view.value.x, y: view.value.y };
}

export function Viewer() {
  const area = useRef<HTMLDivElement>(null);
  const draws = drawing.value !== null;
  useEffect(() => {
    if (draws) area.current?.focus();
  }, [draws]);
  const canvas = useRef<HTMLCanvasElement>(null);
  usePainter(canvas);
  useBlink();
  usePointer(area);
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      port.value = { width: element.clientWidth, height: element.clientHeight };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const compares = after.value !== null;
  const phone = layout.value === 'phone';
  const size = imageSize.value;
  return (
    <section class="viewer" aria-label="Image">
      <div
        ref={area}
        class="viewer-area"
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the image is moved and zoomed by keyboard
        tabIndex={0}
        aria-label={`${stack.value?.inspection.name ?? 'Image'}, ${size.width} by ${size.height} pixels. Arrows move, plus and minus zoom, 0 fills.`}
        onKeyDown={onKey}
        onFocus={(event) => {
          if (event.currentTarget.matches(':focus-visible')) probeCentre();
        }}
      >
        <canvas ref={canvas} />
        <RegionOverlay />
        <span class="viewer-cross" aria-hidden="true" />
      </div>
      {compares && mode.value === 'split' && (
        <SplitHandle
          at={split.value}
          label="Split between before and after"
          onMove={(at) => {
            split.value = at;
          }}
        />
      )}
      {compares && mode.value === 'side' && (
        <div class="side-line">
          <span class="split-word before">Before</span>
          <span class="split-word after">After</span>
        </div>
      )}
      {compares && mode.value === 'blink' && <span class="split-word middle">{blinkAfter.value ? 'After' : 'Before'}</span>}
      {compares && mode.value === 'difference' && <span class="split-word middle">After − before</span>}
      {compares && !phone && <Modes />}
      <DrawingBar />
      <ZoomTools compares={compares} />
      <ScaleBar />
      <div class="viewer-foot">
        {!phone && <ProbeValues />}
        {!phone && <Overview />}
      </div>
      {planeError.value && (
        <div class="viewer-note note bad" role="status">
          <BadIcon />
          <p>
            <b>{planeError.value.title}</b> {planeError.value.message}
          </p>
        </div>
      )}
      {!before.value && !planeError.value && <div class="viewer-wait">Reading the plane</div>}
    </section>
  );
}
