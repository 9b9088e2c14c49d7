// What may bleed into what as a small graph: a disc for each channel in the channel's own colour, filled when it gives, hollow when it
// takes, both when it does both; an arrow for each relation, the wider the more has been found.
import { channelColour, channelName } from '../../inspect/channels';
import { shortName } from '../../ui/format';
import { cssColour } from '../../viewer/colours';
import { type Relations, type Role, roleIn } from './relations';

const WIDTH = 320;
const RADIUS = 9;
/** Arrows end this far from the middle of a disc. */
const GAP = RADIUS + 4;

/** With more channels, relations that came to less than this share are left out. */
const MANY = 5;
const WORTH = 0.05;

interface Point {
  x: number;
  y: number;
}

/** Discs on an ellipse, the first at the left: two channels lie beside each other. */
function places(count: number, height: number): Point[] {
  const [rx, ry] = [76, Math.max(height / 2 - 34, 12)];
  return Array.from({ length: count }, (_, i) => {
    const angle = Math.PI + (2 * Math.PI * i) / count;
    return { x: WIDTH / 2 + rx * Math.cos(angle), y: height / 2 + ry * Math.sin(angle) };
  });
}

/** An arrow bent to its left, so that the two directions of a pair do not lie on each other. */
function arrow(from: Point, to: Point): { line: string; head: string } {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const bend = Math.min(14, length * 0.12);
  const middle = {
    x: (from.x + to.x) / 2 + (bend * (to.y - from.y)) / length,
    y: (from.y + to.y) / 2 - (bend * (to.x - from.x)) / length,
  };
  const towards = (point: Point, by: number): Point => {
    const far = Math.hypot(middle.x - point.x, middle.y - point.y) || 1;
    return { x: point.x + ((middle.x - point.x) * by) / far, y: point.y + ((middle.y - point.y) * by) / far };
  };
  const [start, tip, end] = [towards(from, GAP), towards(to, GAP), towards(to, GAP + 6)];
  const [ux, uy] = [(tip.x - end.x) / 6, (tip.y - end.y) / 6];
  const text = (p: Point) => `${p.x.toFixed(1)},${p.y.toFixed(1)}`;
  const wing = (side: number) => text({ x: end.x - side * uy * 3.5, y: end.y + side * ux * 3.5 });
  return {
    line: `M${text(start)}Q${text(middle)} ${text(end)}`,
    head: `M${text(tip)}L${wing(1)}L${wing(-1)}Z`,
  };
}

function Disc({ at, colour, role }: { at: Point; colour: string; role: Role }) {
  const hollow = role === 'sink';
  return (
    <g class={`disc ${role}`}>
      <circle cx={at.x} cy={at.y} r={RADIUS} fill={hollow || role === 'neutral' ? 'var(--panel)' : colour} stroke={colour} />
      {role === 'both' && <circle cx={at.x} cy={at.y} r={RADIUS - 3.5} class="both-ring" />}
    </g>
  );
}

/** "A into B, C; B into C": the graph for those who do not see it. */
function spoken(channels: number[], relations: Relations): string {
  const lines = channels.flatMap((channel, source) => {
    const sinks = channels.filter((_, sink) => relations[source]?.[sink]);
    return sinks.length > 0 ? [`${channelName(channel)} into ${sinks.map(channelName).join(', ')}`] : [];
  });
  return lines.length > 0 ? `May bleed: ${lines.join('; ')}` : 'No channel may bleed into another';
}

export function RolesGraph(props: {
  channels: number[];
  relations: Relations;
  /** Share of the source that was found in the sink, or null while nothing is known. */
  found: (source: number, sink: number) => number | null;
}) {
  const { channels, relations } = props;
  const height = channels.length < 3 ? 72 : channels.length < 6 ? 160 : 188;
  const at = places(channels.length, height);
  const tangle = relations.flat().filter(Boolean).length > MANY * (MANY - 1);
  return (
    <svg class="roles-graph" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={spoken(channels, relations)}>
      {relations.flatMap((row, source) =>
        row.map((related, sink) => {
          const [from, to] = [at[source], at[sink]];
          if (!related || !from || !to) return null;
          // Of many channels only what is known to bleed: every pair would be a tangle.
          const known = props.found(source, sink);
          if (tangle && Math.abs(known ?? 0) < WORTH) return null;
          const { line, head } = arrow(from, to);
          const share = Math.min(Math.abs(known ?? 0), 0.6);
          return (
            <g key={`${channels[source]}-${channels[sink]}`} class="relation">
              <path d={line} style={{ strokeWidth: 1 + 6 * share }} />
              <path d={head} class="head" />
            </g>
          );
        }),
      )}
      {channels.map((channel, place) => {
        const point = at[place];
        if (!point) return null;
        const left = point.x < WIDTH / 2 - 4;
        const middle = Math.abs(point.x - WIDTH / 2) < 4;
        const anchor = middle ? 'middle' : left ? 'end' : 'start';
        const x = middle ? point.x : point.x + (left ? -GAP - 2 : GAP + 2);
        const y = middle ? point.y + (point.y < height / 2 ? -GAP : GAP + 9) : point.y + 4;
        return (
          <g key={channel}>
            <Disc at={point} colour={cssColour(channelColour(channel))} role={roleIn(relations, place)} />
            <text x={x} y={y} text-anchor={anchor}>
              {shortName(channelName(channel), 10)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
