// A button with a short list of commands. Arrow keys move, Escape and leaving it close it.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface MenuItem {
  label: string;
  disabled?: boolean;
  onSelect: () => void;
}

export function Menu(props: { label: string; icon: ComponentChildren; items: MenuItem[]; class?: string; text?: string }) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const items = () => [...(root.current?.querySelectorAll<HTMLButtonElement>('[role=menuitem]:not(:disabled)') ?? [])];
  useEffect(() => {
    if (open) items()[0]?.focus();
  }, [open]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears the keys of the buttons inside
    <div
      ref={root}
      class={`menu ${props.class ?? ''}`}
      onFocusOut={(event) => {
        if (!root.current?.contains(event.relatedTarget as Node | null)) setOpen(false);
      }}
      onKeyDown={(event) => {
        if (!open) return;
        const list = items();
        const at = list.indexOf(document.activeElement as HTMLButtonElement);
        if (event.key === 'Escape') close();
        else if (event.key === 'ArrowDown') list[(at + 1) % list.length]?.focus();
        else if (event.key === 'ArrowUp') list[(at + list.length - 1) % list.length]?.focus();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <button
        ref={button}
        type="button"
        class={props.text ? 'menu-text' : 'icon-button'}
        aria-label={props.text ? undefined : props.label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {props.icon}
        {props.text}
      </button>
      {open && (
        <div class="menu-list" role="menu" aria-label={props.label}>
          {props.items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              disabled={item.disabled}
              onClick={() => {
                close();
                item.onSelect();
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
