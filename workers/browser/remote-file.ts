// A file behind a link: read by Range requests where its server allows that, downloaded whole where it does not and it is small.
import { UnmixError } from '../error';
import type { SourceSpec } from '../source/spec';

/** Without Range requests the whole file must be fetched; beyond this it is better saved to disk first. */
const wholeBytes = 512 * 2 ** 20;

export async function describeUrl(text: string): Promise<SourceSpec> {
  let url: URL;
  try {
    url = new URL(text, location.href);
  } catch (error) {
    throw new UnmixError('read_failed', `"${text}" is not an address.`, { cause: error });
  }
  if (!/^https?:$/.test(url.protocol)) {
    throw new UnmixError('read_failed', `"${text}" is not the address of a file: links to stacks begin with https://.`);
  }
  const name = decodeURIComponent(url.pathname.split('/').pop() || url.host);
  const response = await ask(url, name);
  if (!response.ok) {
    await response.body?.cancel();
    throw new UnmixError(
      'read_failed',
      `${name} could not be read: ${url.host} answered with status ${response.status}. Check the link, or download the file and drop it here.`,
    );
  }
  const modified = response.headers.get('Last-Modified');
  const size = response.status === 206 ? await sizeOf(url, response) : null;
  if (size !== null) {
    await response.body?.cancel();
    return { kind: 'url', name, size, url: url.href, modified };
  }
  // The range was ignored: what comes is the whole file.
  if (response.status === 206) {
    await response.body?.cancel();
    return { ...(await download(await ask(url, name, false), name, url.host)), name };
  }
  return download(response, name, url.host);
}

async function ask(url: URL, name: string, range = true): Promise<Response> {
  try {
    return await fetch(url, range ? { headers: { Range: 'bytes=0-0' } } : {});
  } catch (error) {
    // The page's Content-Security-Policy lets nothing else through.
    const insecure =
      url.protocol === 'http:' && url.origin !== location.origin ? ' Links to other servers begin with https://.' : '';
    const why = `${url.host} does not answer, or does not allow other pages to read it (CORS)`;
    throw new UnmixError('read_failed', `${name} could not be read: ${why}.${insecure} Download the file and drop it here.`, {
      cause: error,
    });
  }
}

/** The file's size: from Content-Range, which other origins may hide, else from a HEAD request. */
async function sizeOf(url: URL, response: Response): Promise<number | null> {
  const total = /\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '')?.[1];
  if (total) return Number(total);
  const head = await fetch(url, { method: 'HEAD' }).catch(() => null);
  const length = head?.ok ? head.headers.get('Content-Length') : null;
  return length ? Number(length) : null;
}

async function download(response: Response, name: string, host: string): Promise<SourceSpec> {
  const tooLarge = new UnmixError(
    'read_failed',
    `${host} sends ${name} only as a whole (no Range requests), and it is larger than ${wholeBytes / 2 ** 20} MiB. Download the file and drop it here.`,
  );
  const announced = Number(response.headers.get('Content-Length') ?? 0);
  const reader = response.body?.getReader();
  if (announced > wholeBytes || !reader) {
    await reader?.cancel();
    throw tooLarge;
  }
  const parts: Blob[] = [];
  let size = 0;
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      size += piece.value.length;
      if (size > wholeBytes) throw tooLarge;
      parts.push(new Blob([piece.value]));
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    if (error === tooLarge) throw error;
    throw new UnmixError('read_failed', `${name} could not be downloaded to its end. Try again.`, { cause: error });
  }
  return { kind: 'blob', name, size, blob: new Blob(parts) };
}
