// Keys of everything with role=slider: arrows by a step, with Shift by ten, Page keys by ten, Home and End as the caller says.

export function sliderDelta(event: KeyboardEvent, step: number, big = step * 10): number | null {
  const size = event.shiftKey ? big : step;
  switch (event.key) {
    case 'ArrowRight':
    case 'ArrowUp':
      return size;
    case 'ArrowLeft':
    case 'ArrowDown':
      return -size;
    case 'PageUp':
      return big;
    case 'PageDown':
      return -big;
    default:
      return null;
  }
}
