// The files a flat-field may take beside the stack: a measured profile for all channels or one for each, dark frames, a mask.
import { computed, effect, signal, untracked } from '@preact/signals';
import {
  channelLabels,
  giveInputs,
  inputsBusy,
  inputsError,
  type SideInput,
  type SideRole,
  sideInputs,
} from '../../open/inputs';
import { stack } from '../../open/stack';
import { listed } from '../../ui/format';
import { labelled } from '../profiles';

/** Profiles chosen one by one, until every channel has one. */
const collected = signal<SideInput[]>([]);
const oneByOne = signal(false);

/** Those in use: dark frames or a mask that are given do not change them. */
const profilesInUse = computed(() => sideInputs.value.profile);

/** Another stack has other channels; a profile that was taken back is not half of the next one. */
effect(() => {
  void stack.value;
  void profilesInUse.value;
  untracked(() => {
    collected.value = [];
  });
});

function pick(options: { folder?: boolean }, take: (files: File[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  if (options.folder) input.webkitdirectory = true;
  input.accept = '.npz,.tif,.tiff,.btf';
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    if (files.length > 0) take(files);
  });
  input.click();
}

async function takeOne(channel: string, file: File): Promise<void> {
  const others = collected.value.filter((each) => each.channel !== channel);
  collected.value = [...others, { file, channel }];
  if (channelLabels.value.every((label) => collected.value.some((each) => each.channel === label))) {
    await giveInputs('profile', collected.value);
  }
}

const isNpz = (file: File) => /\.npz$/i.test(file.name);

function namesOf(inputs: SideInput[]): string {
  const [first] = inputs;
  if (!first) return '';
  return inputs.length === 1
    ? first.file.name
    : `${inputs.length} profiles, ${inputs.map(({ channel }) => channel).join(', ')}`;
}

function Row(props: { of: SideRole; label: string; hint: string; folder?: boolean }) {
  const { of: role } = props;
  const inputs = sideInputs.value[role] ?? [];
  const busy = inputsBusy.value === role;
  return (
    <div class="setting side-file" data-drop-role={role}>
      <span class="setting-label">{props.label}</span>
      <span class="side-file-name">
        {busy ? 'Reading' : inputs.length > 0 ? namesOf(inputs) : <span class="hint">{props.hint}</span>}
      </span>
      <span class="side-file-buttons">
        {inputs.length > 0 ? (
          <button type="button" class="link" aria-label={`${props.label}: remove`} onClick={() => void giveInputs(role, [])}>
            Remove
          </button>
        ) : (
          <>
            <button
              type="button"
              class="link"
              aria-label={`${props.label}: choose a file`}
              onClick={() =>
                pick(
                  {},
                  (files) =>
                    void giveInputs(
                      role,
                      files.slice(0, 1).map((file) => ({ file })),
                    ),
                )
              }
            >
              Choose
            </button>
            {props.folder && (
              <button
                type="button"
                class="link"
                aria-label={`${props.label}: choose a folder`}
                onClick={() => pick({ folder: true }, (files) => void giveInputs(role, labelled(files.filter(isNpz))))}
              >
                Folder
              </button>
            )}
          </>
        )}
      </span>
    </div>
  );
}

function OneByOne() {
  const missing = channelLabels.value.filter((label) => !collected.value.some(({ channel }) => channel === label));
  return (
    <>
      <button
        type="button"
        class="link side-file-more"
        aria-expanded={oneByOne.value}
        onClick={() => {
          oneByOne.value = !oneByOne.value;
        }}
      >
        A profile for each channel
      </button>
      {oneByOne.value &&
        channelLabels.value.map((label) => {
          const chosen = collected.value.find(({ channel }) => channel === label);
          return (
            <div key={label} class="setting side-file">
              <span class="setting-label">{label}</span>
              <span class="side-file-name">{chosen?.file.name ?? <span class="hint">npz</span>}</span>
              <span class="side-file-buttons">
                <button
                  type="button"
                  class="link"
                  aria-label={`Profile of ${label}: choose a file`}
                  onClick={() => pick({}, ([file]) => file && void takeOne(label, file))}
                >
                  Choose
                </button>
              </span>
            </div>
          );
        })}
      {collected.value.length > 0 && missing.length > 0 && (
        <p class="setting-wrong" role="status">
          {listed(missing)} still {missing.length === 1 ? 'needs' : 'need'} one. Until then no profile is used.
        </p>
      )}
    </>
  );
}

export function SideFiles() {
  const several = channelLabels.value.length > 1;
  return (
    <div class="side-files">
      <Row of="profile" label="Measured profile" hint="npz or TIFF" folder={several} />
      {several && !sideInputs.value.profile?.length && <OneByOne />}
      <Row of="dark" label="Dark frames" hint="TIFF" />
      <Row of="mask" label="Mask" hint="TIFF" />
      {inputsError.value && (
        <p class="setting-wrong" role="status">
          <b>{inputsError.value.title}</b> {inputsError.value.message}
        </p>
      )}
    </div>
  );
}
