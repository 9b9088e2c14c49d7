// Handing a file to the user: where the browser can ask for a place, bytes stream straight there; elsewhere it is a download.

type SavePicker = (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;

/** Resolves to false when the user closed the dialog. Rejects when writing fails. */
export async function saveFile(file: Blob, name: string): Promise<boolean> {
  const picker = (window as { showSaveFilePicker?: SavePicker }).showSaveFilePicker;
  if (picker) {
    let handle: FileSystemFileHandle;
    try {
      handle = await picker.call(window, { suggestedName: name });
    } catch (error) {
      if ((error as Error).name === 'AbortError') return false;
      // Embedded pages and some policies forbid the picker; a download still works.
      download(file, name);
      return true;
    }
    const out = await handle.createWritable();
    await file.stream().pipeTo(out);
    return true;
  }
  download(file, name);
  return true;
}

function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  // The browser reads the blob after click() returns; a minute is long enough for it to have begun.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
