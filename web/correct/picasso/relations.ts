// What may bleed into what, as the page draws and edits it: a matrix over the selected channels (rows = source, columns = sink), the
// role each channel plays in it, and the two forms the recipe writes it in: a matrix, or lists of channels.

/** [source][sink]: true where the row's channel may bleed into the column's. The diagonal is false. */
export type Relations = boolean[][];

export type Role = 'source' | 'sink' | 'both' | 'neutral';

/** Every channel into every other: what the blind implementations work on. */
export function everyPair(channels: number): Relations {
  return Array.from({ length: channels }, (_, source) => Array.from({ length: channels }, (_, sink) => source !== sink));
}

export function fromMatrix(matrix: number[][], channels: number): Relations {
  return everyPair(channels).map((row, source) => row.map((other, sink) => other && matrix[source]?.[sink] === -1));
}

/** As the core reads `source_sink_matrix`: 1 on the diagonal, -1 where channels are related. */
export function toMatrix(relations: Relations): number[][] {
  return relations.map((row, source) => row.map((related, sink) => (source === sink ? 1 : related ? -1 : 0)));
}

/** Every selected channel that is neither neutral nor the sink itself may bleed into each sink. */
export function fromLists(selected: number[], sinks: number[], neutral: number[]): Relations {
  return everyPair(selected.length).map((row, source) =>
    row.map(
      (other, sink) => other && sinks.includes(selected[sink] as number) && !neutral.includes(selected[source] as number),
    ),
  );
}

export function roleIn(relations: Relations, channel: number): Role {
  const gives = relations[channel]?.some(Boolean) ?? false;
  const takes = relations.some((row) => row[channel]);
  if (gives && takes) return 'both';
  return gives ? 'source' : takes ? 'sink' : 'neutral';
}

/** Relations of `kept` among the channels `selected`; a channel that is new has none. */
export function keepChannels(relations: Relations, selected: number[], kept: number[]): Relations {
  const at = (channel: number) => selected.indexOf(channel);
  return kept.map((source) => kept.map((sink) => relations[at(source)]?.[at(sink)] ?? false));
}

/** What the core says of relations in the settings of the recipe, in the words of the page, where those settings are ticks and roles. */
export function relationsInWords(message: string): string {
  if (/\b(sink_channels is empty|source_sink_matrix has no -1|needs to know what bleeds into what)\b/.test(message)) {
    return 'Nothing is related yet: make a channel a sink, or tick which channel bleeds into which.';
  }
  const lonely = /\bsink (.+) has no source\b/.exec(message);
  return lonely ? `${lonely[1]} is a sink, but every other channel is neutral: make one of them a source.` : message;
}

export type ListRole = 'source' | 'sink' | 'neutral';

/** The relations with another role for one channel; those among the other channels stay as they are. */
export function withRole(relations: Relations, place: number, role: ListRole): Relations {
  const others = relations.map((_, i) => i).filter((i) => i !== place);
  const bleeds = (i: number) => others.some((j) => relations[i]?.[j]);
  const receives = (i: number) => others.some((j) => relations[j]?.[i]);
  const sinks = others.filter(receives);
  const sources = others.filter(bleeds);
  const row = (source: number, sink: number): boolean => {
    const now = relations[source]?.[sink] ?? false;
    if (source !== place && sink !== place) return now;
    if (role === 'neutral') return false;
    if (sink === place) {
      if (role === 'source') return false;
      return receives(place) ? now : (sources.length > 0 ? sources : others).includes(source);
    }
    if (role === 'sink') return now;
    return bleeds(place) ? now : sinks.includes(sink);
  };
  return relations.map((line, source) => line.map((_, sink) => (source === sink ? false : row(source, sink))));
}
