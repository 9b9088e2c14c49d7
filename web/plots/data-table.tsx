// The table behind a plot, for those who read numbers rather than pictures: a native dialog with the values, ready to be copied.
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { copyText } from '../share/share-button';
import { announce } from '../ui/announce';
import { CloseIcon, TableIcon } from '../ui/icons';

export interface TableData {
  title: string;
  columns: string[];
  rows: string[][];
}

const shown = signal<TableData | null>(null);

export function TableButton({ title, make }: { title: string; make: () => TableData }) {
  return (
    <button
      type="button"
      class="icon-button table-button"
      aria-label={`Table: ${title}`}
      onClick={() => {
        shown.value = make();
      }}
    >
      <TableIcon />
    </button>
  );
}

export function TableDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const table = shown.value;
  useEffect(() => {
    if (table && !dialog.current?.open) dialog.current?.showModal();
  }, [table]);
  return (
    <dialog
      ref={dialog}
      class="help table-dialog"
      aria-labelledby="table-title"
      onClose={() => {
        shown.value = null;
      }}
    >
      {table && (
        <>
          <div class="help-head">
            <h2 id="table-title">{table.title}</h2>
            <button
              type="button"
              class="link"
              onClick={async () => {
                const text = [table.columns, ...table.rows].map((row) => row.join('\t')).join('\n');
                announce((await copyText(text)) ? 'Table copied.' : 'The table could not be copied.');
              }}
            >
              Copy
            </button>
            <button type="button" class="icon-button" aria-label="Close" onClick={() => dialog.current?.close()}>
              <CloseIcon />
            </button>
          </div>
          <div class="table-scroll">
            <table>
              <thead>
                <tr>
                  {table.columns.map((column) => (
                    <th key={column} scope="col">
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {table.rows.map((row) => (
                  <tr key={row.join()}>
                    {row.map((cell, i) => (
                      <td key={`${table.columns[i]}`}>{cell}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </dialog>
  );
}
