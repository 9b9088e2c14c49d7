// Taking the result home: the corrected stack, its report, and the link that makes it again.
import { signal } from '@preact/signals';
import { measuresOnly, plannedOutput } from '../correct/plan';
import { recipeText } from '../correct/recipe';
import { type Compression, compression, progress, result, resultFresh, running } from '../correct/run';
import { RunButton } from '../correct/run-panel';
import { stack } from '../open/stack';
import { currentLink } from '../share/link';
import { copyText } from '../share/share-button';
import { announce } from '../ui/announce';
import { type PageError, pageError } from '../ui/errors';
import { formatBytes, formatDuration } from '../ui/format';
import { BadIcon, CheckIcon, InfoIcon } from '../ui/icons';
import { measuredName, outputName, reportName } from './names';
import { ReportSummary } from './report-summary';
import { saveFile } from './save';
import './export.css';

const COMPRESSIONS: { value: Compression; label: string }[] = [
  { value: 'deflate', label: 'Deflate: every reader' },
  { value: 'zstd', label: 'ZSTD: smaller, newer readers' },
  { value: 'lzw', label: 'LZW: old readers' },
  { value: 'none', label: 'None: fastest' },
];

const saved = signal<string | null>(null);
const saveError = signal<PageError | null>(null);

async function save(file: Blob, name: string): Promise<void> {
  saveError.value = null;
  try {
    if (await saveFile(file, name)) {
      saved.value = name;
      announce(`Saved ${name}.`);
    }
  } catch (error) {
    saveError.value = pageError(`${name} could not be saved. Check the space on the disk and try again.`, error);
  }
}

function Result() {
  const done = result.value;
  if (!done) return null;
  return (
    <>
      {!resultFresh.value && (
        <div class="note warn" role="status">
          <InfoIcon />
          <p>
            <b>The recipe has changed since this run.</b> What is below was made with the settings before. Run again for the new
            ones.
          </p>
        </div>
      )}
      <p class="export-done">
        <CheckIcon /> Done in {formatDuration(done.seconds)}, {formatBytes(done.peakHeapBytes)} of memory at most.
      </p>
      <div class="export-buttons">
        {done.files.map((file, i) => (
          <button
            key={file.name}
            type="button"
            class={`button ${resultFresh.value && i === 0 ? 'ink' : ''}`}
            onClick={() => void save(file, done.files.length > 1 ? file.name : done.name)}
          >
            Save {done.files.length > 1 ? file.name : 'the stack'}, {formatBytes(file.size)}
          </button>
        ))}
        <button
          type="button"
          class={`button ${resultFresh.value && done.files.length === 0 ? 'ink' : ''}`}
          onClick={() => {
            const text = `${JSON.stringify(done.report, null, 2)}\n`;
            void save(new Blob([text], { type: 'application/json' }), reportFile(done.files.length > 0));
          }}
        >
          Save the report
        </button>
      </div>
      {saved.value && <p class="export-saved">Saved {saved.value}.</p>}
      {saveError.value && (
        <div class="note bad" role="status">
          <BadIcon />
          <p>
            <b>{saveError.value.title}</b> {saveError.value.message}
          </p>
        </div>
      )}
    </>
  );
}

function reportFile(besideStack: boolean): string {
  const input = stack.value?.inspection.name ?? '';
  return besideStack ? reportName(outputName(input)) : measuredName(input);
}

/** What the corrected stack will be; nothing when the recipe only measures. */
function StackFacts({ input }: { input: string }) {
  const output = plannedOutput.value;
  const several = (output?.stacks ?? 1) > 1;
  if (measuresOnly.value) return null;
  return (
    <>
      <div>
        <dt>{several ? 'Stacks' : 'Stack'}</dt>
        <dd>{several ? `${output?.stacks} tiles, each by its own name` : outputName(input)}</dd>
      </div>
      <div>
        <dt>Format</dt>
        <dd>
          OME-TIFF
          {output
            ? `, ${output.type}, ${several ? `${output.stacks} × ` : ''}${formatBytes(output.bytes)} before compression`
            : ''}
          . Names, colours and sizes are kept.
        </dd>
      </div>
      <div>
        <dt>
          <label for="compression">Compression</label>
        </dt>
        <dd>
          <select
            id="compression"
            class="field"
            value={compression.value}
            disabled={running.value}
            onChange={(event) => {
              compression.value = event.currentTarget.value as Compression;
            }}
          >
            {COMPRESSIONS.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </dd>
      </div>
    </>
  );
}

export function ExportPanel() {
  const open = stack.value;
  if (!open) return null;
  return (
    <section class="panel-recipe export" aria-labelledby="export-title">
      <div class="panel-head">
        <h2 id="export-title">Export</h2>
      </div>
      <div class="panel-scroll">
        {!progress.value && <Result />}
        <dl class="facts">
          <StackFacts input={open.inspection.name} />
          <div>
            <dt>Report</dt>
            <dd>{reportFile(!measuresOnly.value)}: settings, what was learnt, checks. Drop it on this page to run it again.</dd>
          </div>
          <div>
            <dt>Link</dt>
            <dd>
              <code class="export-link">{recipeText.value ? `#${recipeText.value}` : ''}</code>
              <button
                type="button"
                class="link"
                disabled={!recipeText.value}
                onClick={async () => {
                  announce(
                    (await copyText(currentLink()))
                      ? 'Link copied.'
                      : 'The link could not be copied; it is in the address bar.',
                  );
                }}
              >
                Copy the link
              </button>
            </dd>
          </div>
        </dl>
        {!progress.value && result.value && <ReportSummary report={result.value.report} />}
      </div>
      {(!resultFresh.value || progress.value) && (
        <div class="run-panel">
          <RunButton quiet />
        </div>
      )}
    </section>
  );
}
