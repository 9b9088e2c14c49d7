// Where the image lies in its window. Pure arithmetic on a small record, so that zooming and panning can be tested without a
// browser. Lengths of the window are CSS pixels, positions in the image are image pixels, zoom is CSS pixels per image pixel.

export interface Size {
  width: number;
  height: number;
}

export interface View {
  /** The image position at the centre of the window. */
  x: number;
  y: number;
  zoom: number;
}

const NEAREST = 64;

/** The whole image, as large as it goes. */
export function fitView(image: Size, port: Size): View {
  return { x: image.width / 2, y: image.height / 2, zoom: Math.min(port.width / image.width, port.height / image.height) };
}

/** No empty border: the image fills the window, the longer side runs over. */
export function fillView(image: Size, port: Size): View {
  return { x: image.width / 2, y: image.height / 2, zoom: Math.max(port.width / image.width, port.height / image.height) };
}

/** Keeps the zoom within sense and the image within reach. */
export function clampView(view: View, image: Size, port: Size): View {
  const least = Math.min(fitView(image, port).zoom, 1) * 0.5;
  const zoom = Math.min(Math.max(view.zoom, least), NEAREST);
  const hold = (value: number, length: number, room: number) => {
    const half = room / zoom / 2;
    return length <= 2 * half ? length / 2 : Math.min(Math.max(value, half), length - half);
  };
  return { zoom, x: hold(view.x, image.width, port.width), y: hold(view.y, image.height, port.height) };
}

/** Zooms by `factor` so that the image point under (px, py) of the window stays there. */
export function zoomAt(view: View, factor: number, px: number, py: number, image: Size, port: Size): View {
  const zoom = clampView({ ...view, zoom: view.zoom * factor }, image, port).zoom;
  const dx = px - port.width / 2;
  const dy = py - port.height / 2;
  return clampView({ zoom, x: view.x + dx / view.zoom - dx / zoom, y: view.y + dy / view.zoom - dy / zoom }, image, port);
}

export function panBy(view: View, dx: number, dy: number, image: Size, port: Size): View {
  return clampView({ ...view, x: view.x - dx / view.zoom, y: view.y - dy / view.zoom }, image, port);
}

/** The image position under a point of the window. */
export function imagePoint(view: View, px: number, py: number, port: Size): { x: number; y: number } {
  return { x: view.x + (px - port.width / 2) / view.zoom, y: view.y + (py - port.height / 2) / view.zoom };
}

/** The window position of an image point. */
export function windowPoint(view: View, x: number, y: number, port: Size): { x: number; y: number } {
  return { x: (x - view.x) * view.zoom + port.width / 2, y: (y - view.y) * view.zoom + port.height / 2 };
}

/** The part of the image that is in the window, as fractions of the image: for the overview. */
export function visiblePart(view: View, image: Size, port: Size): { x: number; y: number; width: number; height: number } {
  const from = imagePoint(view, 0, 0, port);
  const to = imagePoint(view, port.width, port.height, port);
  const x0 = Math.max(from.x / image.width, 0);
  const y0 = Math.max(from.y / image.height, 0);
  return { x: x0, y: y0, width: Math.min(to.x / image.width, 1) - x0, height: Math.min(to.y / image.height, 1) - y0 };
}

export function showsAll(view: View, image: Size, port: Size): boolean {
  const part = visiblePart(view, image, port);
  return part.width > 0.999 && part.height > 0.999;
}
