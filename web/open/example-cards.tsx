// The examples that can be opened without a file.
import { useEffect, useRef } from 'preact/hooks';
import { restore } from '../correct/recipe';
import { EXAMPLES, type Example } from './examples';
import { openExample, opening, stack } from './stack';

function Thumbnail({ example }: { example: Example }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    // Drawn when there is time, by code that is loaded when there is time.
    const timer = setTimeout(async () => {
      const { drawThumbnail } = await import('./thumbnails');
      if (canvas.current) drawThumbnail(canvas.current, example.id);
    }, 100);
    return () => clearTimeout(timer);
  }, [example.id]);
  return (
    <span class="thumbnail" aria-hidden="true">
      <canvas ref={canvas} width="224" height="224" />
    </span>
  );
}

async function open({ id, title, options, recipe }: Example): Promise<void> {
  await openExample(id, title, options);
  if (recipe && stack.value?.origin.kind === 'example') await restore(recipe);
}

export function ExampleCards() {
  return (
    <section class="examples" aria-labelledby="examples-title">
      <h2 id="examples-title">
        Examples <small>Made on the spot, with known truth.</small>
      </h2>
      <ul>
        {EXAMPLES.map((example) => (
          <li key={example.id}>
            <button
              type="button"
              class="example"
              aria-label={`Example: ${example.title}`}
              disabled={opening.value !== null}
              onClick={() => void open(example)}
            >
              <Thumbnail example={example} />
              <span class="example-words">
                <b>{example.title}</b>
                <span>{example.facts}</span>
                <span class="example-about">{example.about}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
