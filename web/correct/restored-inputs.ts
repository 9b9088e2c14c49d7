// What a restored report had beside its stack.

const ROLE_WORDS: Record<string, string> = {
  profile: 'a shading profile',
  dark: 'dark frames',
  level: 'a light level',
  mask: 'a mask',
};

/** A report names the files that went in beside the stack; they must be given again. */
export function inputNotes(text: string): string[] {
  let inputs: unknown;
  try {
    inputs = (JSON.parse(text) as { inputs?: unknown }).inputs;
  } catch {
    return []; // the string form
  }
  if (!Array.isArray(inputs)) return [];
  return inputs.flatMap(({ role = '', name }: { role?: string; name?: string }) =>
    Object.hasOwn(ROLE_WORDS, role)
      ? [`The run used ${ROLE_WORDS[role]}, ${name ?? 'a file'}: choose it again in its step.`]
      : [],
  );
}
