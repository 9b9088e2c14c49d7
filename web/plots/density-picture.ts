// A canvas that shows a density in the greys of the theme.
import { useEffect, useRef } from 'preact/hooks';
import { theme } from '../ui/theme';
import { type Density, paintDensity } from './density';

function grey(name: string): number {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return Number.parseInt(value.slice(1, 3), 16) || 0;
}

export function useDensityPicture(data: Density | null): { current: HTMLCanvasElement | null } {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = theme.value;
  useEffect(() => {
    if (!data || !canvas.current) return;
    canvas.current.width = data.columns;
    canvas.current.height = data.rows;
    const context = canvas.current.getContext('2d');
    if (!context) return;
    const image = context.createImageData(data.columns, data.rows);
    paintDensity(data, grey('--density-lo'), grey('--density-hi'), image.data);
    context.putImageData(image, 0, 0);
  }, [data, scheme]);
  return canvas;
}
