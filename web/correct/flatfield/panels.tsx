// The dock of `flatfield`: the profile as a picture, its centre lines and the baseline over frames, and what it does to the mean image.
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { profileArrays } from '../../../workers/profile/fitted';
import { backend } from '../../app/backend';
import { saveFile } from '../../export/save';
import { asOnPage } from '../../inspect/in-words';
import { channelLabels } from '../../open/inputs';
import { TableButton, type TableData } from '../../plots/data-table';
import { robustRange, type ValuePlane } from '../../plots/heat';
import { HeatMap } from '../../plots/heat-map';
import { LinePlot } from '../../plots/line-plot';
import { announce } from '../../ui/announce';
import { type PageError, pageError } from '../../ui/errors';
import { formatNumber, formatPercent, formatValue, NONE } from '../../ui/format';
import { BadIcon, WarnIcon } from '../../ui/icons';
import { Segmented } from '../../ui/segmented';
import { learntStep, startStepFit, stepFitError, stepFitProgress, stepFitStale, stepFitWaits } from '../step-fit';
import {
  type ChannelFit,
  channelFit,
  cornerToCentre,
  profilesToSave,
  showChannel,
  shownChannel,
  source,
  warnings,
} from './flatfield';

/** What stands in the place of a picture while there is none. */
function Instead() {
  const now = stepFitProgress.value;
  if (stepFitError.value) {
    return (
      <div class="note bad" role="status">
        <BadIcon />
        <p>
          <b>{stepFitError.value.title}</b> {stepFitError.value.message}
        </p>
      </div>
    );
  }
  if (stepFitWaits.value) {
    return (
      <p class="quiet">
        The stack is large: its shading is found when you ask for it.{' '}
        <button type="button" class="link" onClick={startStepFit}>
          Find the shading
        </button>
      </p>
    );
  }
  if (now) return <p class="quiet">{now === 'starting' ? 'Starting' : `${now.label}, ${formatPercent(now.fraction)}`}</p>;
  return <p class="quiet">The step is switched off, or its settings do not fit the stack.</p>;
}

function WithFit({ children }: { children: (fit: ChannelFit) => ComponentChildren }) {
  const fit = channelFit.value;
  return <>{fit ? children(fit) : <Instead />}</>;
}

type Shown = 'S' | 'D';
const wanted = signal<Shown>('S');

/** Every 16th value each way at most: enough to read, little enough to copy. */
function planeTable(title: string, plane: ValuePlane, decimals: number): TableData {
  const pick = (length: number) => {
    const count = Math.min(length, 16);
    return Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * length) / count));
  };
  const columns = pick(plane.width);
  return {
    title,
    columns: ['y \\ x', ...columns.map(String)],
    rows: pick(plane.height).map((y) => [
      String(y),
      ...columns.map((x) => formatNumber(plane.values[y * plane.width + x] as number, decimals)),
    ]),
  };
}

function ChannelChoice() {
  const labels = channelLabels.value;
  if (labels.length < 2) return null;
  return (
    <select
      class="field flatfield-channel"
      aria-label="Channel"
      value={shownChannel.value}
      onChange={(event) => showChannel(Number(event.currentTarget.value))}
    >
      {labels.map((label, i) => (
        <option key={label} value={i}>
          {label}
        </option>
      ))}
    </select>
  );
}

export function ProfilePanel() {
  const fit = channelFit.value;
  const shown: Shown = fit && !fit.darkfield ? 'S' : wanted.value;
  const plane = shown === 'S' ? fit?.flatfield : fit?.darkfield;
  const decimals = shown === 'S' ? 2 : 1;
  const name = shown === 'S' ? 'Flat-field S' : 'Dark-field D';
  return (
    <section class={`dock-panel flatfield-profile ${stepFitStale.value ? 'stale' : ''}`} aria-label="Shading profile">
      <div class="dock-head">
        <Segmented<Shown>
          label="Picture"
          value={shown}
          onChange={(next) => {
            wanted.value = next;
          }}
          choices={[
            { value: 'S', label: 'Flat-field' },
            { value: 'D', label: 'Dark-field', disabled: !fit?.darkfield },
          ]}
        />
        <ChannelChoice />
        {plane && <TableButton title={name} make={() => planeTable(name, plane, decimals + 2)} />}
      </div>
      {plane ? (
        <HeatMap
          plane={plane}
          scale={robustRange(plane.values, 0)}
          label={name}
          unit={shown === 'D' ? 'counts' : ''}
          decimals={decimals}
          contours
        />
      ) : (
        <Instead />
      )}
    </section>
  );
}

const counted = (length: number, from: number) => Array.from({ length }, (_, i) => i + from);

function centreLines({ width, height, values }: ValuePlane) {
  const [row, column] = [Math.floor(height / 2), Math.floor(width / 2)];
  return [
    {
      label: `row ${row}`,
      x: counted(width, 0),
      y: Array.from({ length: width }, (_, x) => values[row * width + x] as number),
    },
    {
      label: `column ${column}`,
      x: counted(height, 0),
      y: Array.from({ length: height }, (_, y) => values[y * width + column] as number),
    },
  ];
}

export function LinesPanel() {
  return (
    <section class={`dock-panel flatfield-lines ${stepFitStale.value ? 'stale' : ''}`} aria-label="Lines through the profile">
      <WithFit>
        {(fit) => (
          <>
            <LinePlot title="S through the centre" lines={centreLines(fit.flatfield)} xName="pixel" yName="S" decimals={4} />
            {fit.baseline.length > 1 ? (
              <LinePlot
                title="Baseline of the frames, counts"
                lines={[{ label: 'baseline', x: counted(fit.baseline.length, 1), y: fit.baseline }]}
                xName="frame"
                yName="B"
                decimals={1}
                dots
              />
            ) : (
              <p class="quiet">
                {fit.baseline[0] === undefined ? '' : `Baseline ${formatValue(fit.baseline[0])} counts in all frames.`}
              </p>
            )}
          </>
        )}
      </WithFit>
    </section>
  );
}

/** The plane over its own mean, so that before and after share one scale. */
function relative({ width, height, values }: ValuePlane): ValuePlane {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] as number;
  const mean = sum / (values.length || 1) || 1;
  return { width, height, values: Float32Array.from(values, (value) => value / mean) };
}

function MeanImages({ fit }: { fit: ChannelFit }) {
  if (!fit.before || !fit.after) return null;
  const [before, after] = [relative(fit.before), relative(fit.after)];
  const scale = robustRange(before.values, 0.002);
  return (
    <div class="mean-images">
      <HeatMap plane={before} scale={scale} label="Before, over its mean" unit="" decimals={1} />
      <HeatMap plane={after} scale={scale} label="After, over its mean" unit="" decimals={1} />
    </div>
  );
}

const SOURCES: Record<string, string> = { measured: 'measured profile', empty: 'empty regions', basic: 'BaSiC' };

function facts(fit: ChannelFit): [string, string][] {
  const number = (name: string) => (typeof fit.fit[name] === 'number' ? (fit.fit[name] as number) : null);
  const { low, high } = robustRange(fit.flatfield.values, 0);
  const [cvBefore, cvAfter] = [number('joint_variation_before'), number('joint_variation_after')];
  const ratios = fit.before && fit.after ? [cornerToCentre(fit.before), cornerToCentre(fit.after)] : null;
  const frames = number('frames') ?? number('planes');
  const lambda = number('smoothness_flatfield_used');
  const rows: [string, string | null][] = [
    ['Source', SOURCES[source.value ?? ''] ?? NONE],
    ['S', `${formatNumber(low, 3)} to ${formatNumber(high, 3)}`],
    ['Corners to centre, S', fit.cornerToCentre === null ? null : formatPercent(fit.cornerToCentre)],
    ['Corners to centre, image', ratios && `${formatPercent(ratios[0] as number)} → ${formatPercent(ratios[1] as number)}`],
    [
      'Joint variation',
      cvBefore !== null && cvAfter !== null ? `${formatNumber(cvBefore, 2)} → ${formatNumber(cvAfter, 2)}` : null,
    ],
    ['Frames', frames === null ? null : formatNumber(frames)],
    ['λ', lambda === null ? null : formatNumber(lambda, 3)],
  ];
  return rows.filter((row): row is [string, string] => row[1] !== null);
}

const saveError = signal<PageError | null>(null);

async function saveProfiles(): Promise<void> {
  saveError.value = null;
  try {
    const bytes = await (await backend()).makeNpz(profileArrays(profilesToSave()));
    if (await saveFile(new Blob([bytes]), 'profiles.npz')) announce('Saved profiles.npz.');
  } catch (error) {
    saveError.value = pageError('profiles.npz could not be saved.', error);
  }
}

export function ResultPanel() {
  return (
    <section class={`dock-panel flatfield-result ${stepFitStale.value ? 'stale' : ''}`} aria-label="What the correction does">
      <div class="dock-head">
        <h2>Correction</h2>
        <button type="button" class="button small" disabled={!channelFit.value} onClick={() => void saveProfiles()}>
          Save profiles.npz
        </button>
      </div>
      <div class="dock-scroll">
        <WithFit>
          {(fit) => (
            <>
              {warnings.value.map(asOnPage).map((warning) => (
                <div key={warning} class="note warn" role="status">
                  <WarnIcon />
                  <p>{warning}</p>
                </div>
              ))}
              <MeanImages fit={fit} />
              <dl class="flatfield-facts">
                {facts(fit).map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            </>
          )}
        </WithFit>
        {saveError.value && (
          <p class="setting-wrong" role="status">
            {saveError.value.title} {saveError.value.message}
          </p>
        )}
      </div>
    </section>
  );
}

/** One line for the head of the step's card. */
export function learntLine(index: number): string {
  const step = learntStep(index);
  const how = SOURCES[String(step?.details.source)] ?? '';
  const corners = step?.learnt.corner_to_centre?.values[shownChannel.value] ?? null;
  const ratio = corners === null ? '' : `corners at ${formatPercent(corners)}`;
  return [how === 'BaSiC' ? how : how.charAt(0).toUpperCase() + how.slice(1), ratio].filter(Boolean).join(' · ');
}
