// The examples that can be opened without a file.
import { useEffect, useRef } from 'preact/hooks';
import { edit, FIRST_RECIPE, recipe } from '../correct/recipe';
import { same } from '../correct/settings';
import { EXAMPLES, type Example } from './examples';
import { openExample, opening } from './stack';

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

/** Opens an example with the recipe that belongs to it, unless the recipe is somebody's own. */
async function begin(example: Example): Promise<void> {
  const { steps } = FIRST_RECIPE;
  const given = [steps, ...EXAMPLES.flatMap((other) => (other.steps ? [other.steps] : []))];
  if (given.some((known) => same(known, recipe.value.steps)) && !same(recipe.value.steps, example.steps ?? steps)) {
    edit({ ...FIRST_RECIPE, steps: example.steps ?? steps });
  }
  await openExample(example.id, example.title, example.options);
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
              onClick={() => void begin(example)}
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
