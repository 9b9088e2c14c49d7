// The icons: 16 px, 1.5 px strokes in the text's colour, hidden from assistive technology because words stand beside them.
import type { ComponentChildren } from 'preact';

function Stroke({ children, size = 16 }: { children: ComponentChildren; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const EyeIcon = ({ size = 16 }: { size?: number }) => (
  <Stroke size={size}>
    <path d="M1.25 8S3.5 3.5 8 3.5 14.75 8 14.75 8 12.5 12.5 8 12.5 1.25 8 1.25 8z" />
    <circle cx="8" cy="8" r="2" />
  </Stroke>
);
export const EyeOffIcon = () => (
  <Stroke>
    <path d="M3.4 4.9C2 6.2 1.25 8 1.25 8S3.5 12.5 8 12.5c1.3 0 2.4-.4 3.4-.9M6.6 3.7c.4-.1.9-.2 1.4-.2C12.5 3.5 14.75 8 14.75 8s-.5 1-1.4 2M2 2l12 12" />
  </Stroke>
);
export const CheckIcon = () => (
  <Stroke>
    <path d="M2.75 8.5l3.5 3.75 7-8" />
  </Stroke>
);
export const WarnIcon = () => (
  <Stroke>
    <path d="M8 2.25L14.5 13.5h-13z" />
    <path d="M8 6.5v3.25M8 11.6v.1" />
  </Stroke>
);
export const BadIcon = () => (
  <Stroke>
    <circle cx="8" cy="8" r="6.25" />
    <path d="M5.75 5.75l4.5 4.5M10.25 5.75l-4.5 4.5" />
  </Stroke>
);
export const InfoIcon = () => (
  <Stroke>
    <circle cx="8" cy="8" r="6.25" />
    <path d="M8 7.25v4M8 4.7v.1" />
  </Stroke>
);
export const ChevronRight = () => (
  <Stroke>
    <path d="M6 3l5 5-5 5" />
  </Stroke>
);
export const ChevronDown = () => (
  <Stroke>
    <path d="M3 6l5 5 5-5" />
  </Stroke>
);
export const ArrowRight = () => (
  <Stroke>
    <path d="M2 8h12M9.5 3.5L14 8l-4.5 4.5" />
  </Stroke>
);
export const TrayIcon = ({ size = 16 }: { size?: number }) => (
  <Stroke size={size}>
    <path d="M8 1.75v8M4.75 6.75L8 10l3.25-3.25M1.75 9.75v4.5h12.5v-4.5" stroke-width={size > 16 ? 1.1 : 1.5} />
  </Stroke>
);
export const LockIcon = () => (
  <Stroke>
    <rect x="2.75" y="7" width="10.5" height="7" rx="1.25" />
    <path d="M5 7V4.75a3 3 0 0 1 6 0V7M8 10v1.25" />
  </Stroke>
);
export const SunIcon = () => (
  <Stroke>
    <circle cx="8" cy="8" r="3" />
    <path d="M8 1v1.25M8 13.75V15M1 8h1.25M13.75 8H15M3.05 3.05l.9.9M12.05 12.05l.9.9M3.05 12.95l.9-.9M12.05 3.95l.9-.9" />
  </Stroke>
);
export const MoonIcon = () => (
  <Stroke>
    <path d="M13.75 9.6A6 6 0 1 1 6.4 2.25a4.75 4.75 0 0 0 7.35 7.35z" />
  </Stroke>
);
export const LinkIcon = () => (
  <Stroke>
    <path d="M6.6 9.4a3 3 0 0 0 4.25 0l2.5-2.5A3 3 0 0 0 9.1 2.65L8 3.75M9.4 6.6a3 3 0 0 0-4.25 0l-2.5 2.5a3 3 0 0 0 4.25 4.25L8 12.25" />
  </Stroke>
);
export const UndoIcon = () => (
  <Stroke>
    <path d="M5.25 2L2 5.25 5.25 8.5M2.25 5.25H9.5a4.25 4.25 0 0 1 0 8.5H6.5" />
  </Stroke>
);
export const RedoIcon = () => (
  <Stroke>
    <path d="M10.75 2L14 5.25 10.75 8.5M13.75 5.25H6.5a4.25 4.25 0 0 0 0 8.5h3" />
  </Stroke>
);
export const DotsIcon = () => (
  <svg width="16" height="16" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
    <circle cx="3" cy="8" r="1.2" />
    <circle cx="8" cy="8" r="1.2" />
    <circle cx="13" cy="8" r="1.2" />
  </svg>
);
export const GripIcon = () => (
  <svg width="8" height="16" viewBox="0 0 8 16" fill="currentColor" aria-hidden="true">
    {[3.5, 8, 12.5].map((y) => (
      <>
        <circle cx="1.75" cy={y} r="1.1" />
        <circle cx="6.25" cy={y} r="1.1" />
      </>
    ))}
  </svg>
);
export const PlusIcon = () => (
  <Stroke>
    <path d="M8 2.5v11M2.5 8h11" />
  </Stroke>
);
export const MinusIcon = () => (
  <Stroke>
    <path d="M2.5 8h11" />
  </Stroke>
);
export const PlayIcon = () => (
  <svg width="16" height="16" viewBox="0 0 16 16" fill="currentColor" aria-hidden="true">
    <path d="M4 2.75v10.5L12.5 8z" />
  </svg>
);
export const PauseIcon = () => (
  <Stroke>
    <path d="M5 3v10M11 3v10" />
  </Stroke>
);
export const FitIcon = () => (
  <Stroke>
    <path d="M5.5 2H2v3.5M10.5 2H14v3.5M5.5 14H2v-3.5M10.5 14H14v-3.5" />
  </Stroke>
);
export const CopyIcon = () => (
  <Stroke>
    <rect x="5.25" y="5.25" width="8.5" height="8.5" rx="1.25" />
    <path d="M10.75 2.75v-.5H3.5a1.25 1.25 0 0 0-1.25 1.25v7.25h.5" />
  </Stroke>
);
export const TableIcon = () => (
  <Stroke>
    <rect x="2" y="2.5" width="12" height="11" rx="1.25" />
    <path d="M2 6.25h12M6.5 6.25v7.25" />
  </Stroke>
);
export const FileIcon = () => (
  <Stroke>
    <path d="M9.25 1.75H4a1 1 0 0 0-1 1v10.5a1 1 0 0 0 1 1h8a1 1 0 0 0 1-1V5.5zM9 1.75V5.5h4" />
  </Stroke>
);
export const SlidersIcon = () => (
  <Stroke>
    <path d="M3.5 2v4.25M3.5 9.75V14M8 2v7.25M8 12.25V14M12.5 2v2.25M12.5 7.75V14" />
    <circle cx="3.5" cy="8" r="1.6" />
    <circle cx="8" cy="10.75" r="1.6" />
    <circle cx="12.5" cy="6" r="1.6" />
  </Stroke>
);
export const UploadIcon = () => (
  <Stroke>
    <path d="M8 10V2M4.75 5L8 1.75 11.25 5M1.75 9.75v4.5h12.5v-4.5" />
  </Stroke>
);
export const RegionIcon = () => (
  <Stroke>
    <path d="M2 5V2.5h3M11 2.5h3V5M14 11v2.5h-3M5 13.5H2V11M7 2.5h2M7 13.5h2M2 7v2M14 7v2" />
  </Stroke>
);
export const CloseIcon = () => (
  <Stroke>
    <path d="M3 3l10 10M13 3L3 13" />
  </Stroke>
);
export const SplitGripIcon = () => (
  <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.75" aria-hidden="true">
    <path d="M6 4L2.5 8 6 12M10 4l3.5 4L10 12" stroke-linecap="round" stroke-linejoin="round" />
  </svg>
);

/** Source: a filled disc. Target: a ring. Shape says it, colour repeats it. */
export function RoleDot({ of: role }: { of: 'source' | 'target' }) {
  return (
    <svg width="10" height="10" viewBox="0 0 10 10" class={`role-dot ${role}`} aria-hidden="true">
      {role === 'source' ? (
        <circle cx="5" cy="5" r="4" fill="var(--source)" />
      ) : (
        <circle cx="5" cy="5" r="3.25" fill="none" stroke="var(--target)" stroke-width="1.5" />
      )}
    </svg>
  );
}

export const Mark = ({ size = 16 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
    <path d="M7.25.5a7.54 7.54 0 0 0 0 15z" fill="#19d3f0" />
    <path d="M8.75.5a7.54 7.54 0 0 1 0 15z" fill="#ff4fc3" />
  </svg>
);
