// Dragging with mouse, pen or finger: positions relative to an element, until the pointer is lifted.

export interface DragPoint {
  x: number;
  y: number;
  /** Of the element. */
  width: number;
  height: number;
}

/** Follows the pointer that `event` pressed; `frame` is the element positions are relative to. */
export function follow(event: PointerEvent, frame: Element, move: (point: DragPoint) => void, done?: () => void): void {
  if (event.button !== 0) return;
  event.preventDefault();
  const grip = event.currentTarget as Element;
  grip.setPointerCapture(event.pointerId);
  if (grip instanceof HTMLElement) grip.focus({ preventScroll: true });
  const report = (e: PointerEvent) => {
    const box = frame.getBoundingClientRect();
    move({ x: e.clientX - box.left, y: e.clientY - box.top, width: box.width, height: box.height });
  };
  const end = () => {
    grip.removeEventListener('pointermove', report as EventListener);
    grip.removeEventListener('pointerup', end);
    grip.removeEventListener('pointercancel', end);
    done?.();
  };
  grip.addEventListener('pointermove', report as EventListener);
  grip.addEventListener('pointerup', end);
  grip.addEventListener('pointercancel', end);
}
