// The peer of a whole run: plainly reading as many bytes of the same file and writing as many into the private file system, in one
// worker, 4 MiB at a time. No decoding, no arithmetic, no second thread.
export interface CopyRequest {
  file: File;
  /** Bytes to write; they come from the file, again and again. */
  bytesOut: number;
}

const windowBytes = 4 * 2 ** 20;

self.onmessage = async ({ data }: MessageEvent<CopyRequest>) => {
  const { file, bytesOut } = data;
  const folder = await navigator.storage.getDirectory();
  const name = `bench-copy-${crypto.randomUUID()}`;
  const started = performance.now();
  const handle = await (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
  const reader = new FileReaderSync();
  let written = 0;
  for (let offset = 0; offset < file.size; offset += windowBytes) {
    const bytes = new Uint8Array(reader.readAsArrayBuffer(file.slice(offset, offset + windowBytes)));
    const due = Math.round(bytesOut * Math.min(1, (offset + bytes.length) / file.size));
    while (written < due) {
      const part = bytes.subarray(0, Math.min(bytes.length, due - written));
      written += handle.write(part, { at: written });
    }
  }
  handle.flush();
  handle.close();
  const seconds = (performance.now() - started) / 1000;
  await folder.removeEntry(name);
  self.postMessage({ seconds, written });
};
