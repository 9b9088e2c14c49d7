// RECIPE on the command line: a file, JSON text, or the string form.
import { readFile } from 'node:fs/promises';
import { UnmixError } from '../error';

function isTiff(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes.subarray(0, 4));
  return /^(II[*+]\0|MM\0[*+])$/.test(text);
}

/** The text of the recipe. A name of a file wins over the string form, which may begin with a slash too. */
export async function recipeText(argument: string): Promise<string> {
  if (argument.trimStart().startsWith('{')) return argument;
  try {
    const bytes = await readFile(argument);
    if (isTiff(bytes)) {
      throw new UnmixError('bad_recipe', `${argument} is a TIFF file, no recipe: the recipe comes first, then the stack.`);
    }
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof UnmixError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR') throw new UnmixError('bad_recipe', `The recipe ${argument} is a folder.`, { cause: error });
    const looksLikeFile = /\.(json|txt)$/i.test(argument) && !argument.includes('?');
    if (looksLikeFile || (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ENAMETOOLONG')) {
      const why = code === 'ENOENT' ? 'there is no such file' : code;
      throw new UnmixError('bad_recipe', `The recipe ${argument} could not be read: ${why}.`, { cause: error });
    }
    return argument;
  }
}
