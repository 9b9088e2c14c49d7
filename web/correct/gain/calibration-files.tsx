// Dark frames and light levels, given beside the stack.
import { giveInputs, inputsBusy, inputsError, type SideRole, sideInputs } from '../../open/inputs';
import { listed } from '../../ui/format';

const WORDS: Record<'dark' | 'level', { label: string; hint: string }> = {
  dark: { label: 'Dark frames', hint: 'offset and read noise' },
  level: { label: 'Light levels', hint: 'one file a level' },
};

function choose(role: SideRole, several: boolean): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = several;
  input.accept = '.tif,.tiff,.btf,.lsm';
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    if (files.length > 0)
      void giveInputs(
        role,
        [...files].map((file) => ({ file })),
      );
  });
  input.click();
}

function Row({ of: role }: { of: 'dark' | 'level' }) {
  const { label, hint } = WORDS[role];
  const inputs = sideInputs.value[role] ?? [];
  const names = inputs.map(({ file }) => file.name);
  return (
    <div class="setting gain-files" data-drop-role={role}>
      <span class="setting-label">{label}</span>
      <span class="gain-file-names" title={listed(names)}>
        {inputsBusy.value === role ? 'Reading' : names.length > 1 ? `${names.length} files` : (names[0] ?? <i>{hint}</i>)}
      </span>
      {names.length > 0 ? (
        <button type="button" class="link" aria-label={`${label}: remove`} onClick={() => void giveInputs(role, [])}>
          Remove
        </button>
      ) : (
        <button type="button" class="link" aria-label={`${label}: choose`} onClick={() => choose(role, role === 'level')}>
          Choose
        </button>
      )}
    </div>
  );
}

export function CalibrationFiles({ levels }: { levels: boolean }) {
  return (
    <div class="gain-inputs">
      <Row of="dark" />
      {(levels || (sideInputs.value.level?.length ?? 0) > 0) && <Row of="level" />}
      {inputsError.value && (
        <p class="setting-wrong" role="status">
          <b>{inputsError.value.title}</b> {inputsError.value.message}
        </p>
      )}
    </div>
  );
}
