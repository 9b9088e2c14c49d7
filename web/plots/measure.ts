// The size a plot has on the page, so that its lines and letters are drawn in CSS pixels and never stretched.
import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

export function useSize(element: RefObject<Element>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return size;
}
