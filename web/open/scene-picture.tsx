// The live before | after on the start screen. Two canvases of the same scene, the upper one clipped at the split.
import { useEffect, useRef, useState } from 'preact/hooks';
import { RoleDot } from '../ui/icons';
import { SplitHandle } from '../viewer/split-handle';
import { paintScene, SCENE_ALPHA, sceneLayers } from './scene';

export function ScenePicture() {
  const [split, setSplit] = useState(0.5);
  const before = useRef<HTMLCanvasElement>(null);
  const after = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const paint = () => {
      const box = before.current?.getBoundingClientRect();
      if (!before.current || !after.current || !box || box.width === 0) return;
      const ratio = Math.min(devicePixelRatio || 1, 2);
      const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
      if (before.current.width === width && before.current.height === height) return;
      for (const canvas of [before.current, after.current]) {
        canvas.width = width;
        canvas.height = height;
      }
      const layers = sceneLayers(width, height);
      paintScene(before.current, layers, SCENE_ALPHA);
      paintScene(after.current, layers, 0);
    };
    paint();
    const observer = new ResizeObserver(paint);
    if (before.current) observer.observe(before.current);
    return () => observer.disconnect();
  }, []);
  return (
    <figure class="picture">
      <div class="picture-frame">
        <canvas
          ref={before}
          role="img"
          aria-label="Cells before correction: tubulin shows up in the H2B channel and looks pale"
        />
        <canvas
          ref={after}
          role="img"
          aria-label="The same cells after correction: tubulin is pure cyan, H2B pure magenta"
          style={{ clipPath: `inset(0 0 0 ${split * 100}%)` }}
        />
        <SplitHandle at={split} onMove={setSplit} label="Compare before and after" />
      </div>
      <figcaption>
        <span>
          <RoleDot of="source" /> Tubulin, the source
        </span>
        <span>
          <RoleDot of="target" /> H2B, the target
        </span>
        <span class="picture-fact">28{'\u202f'}% of the tubulin signal shows up in H2B.</span>
      </figcaption>
    </figure>
  );
}
