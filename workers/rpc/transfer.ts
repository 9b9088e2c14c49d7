// Finds the buffers in a value, so that posting it moves them instead of copying.

/** The distinct ArrayBuffers behind the arrays in `value`, which is made of arrays, plain objects and typed arrays. */
export function buffersIn(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const visit = (part: unknown): void => {
    if (part instanceof ArrayBuffer) found.add(part);
    else if (ArrayBuffer.isView(part)) {
      if (part.buffer instanceof ArrayBuffer) found.add(part.buffer);
    } else if (Array.isArray(part)) part.forEach(visit);
    else if (part !== null && typeof part === 'object' && Object.getPrototypeOf(part) === Object.prototype) {
      Object.values(part).forEach(visit);
    }
  };
  visit(value);
  return [...found];
}
