/** Line icons on a grid of 24, drawn for this page. */
const PATHS = {
  move: "M12 3v18M3 12h18M12 3l-2.500 2.500M12 3l2.500 2.500M12 21l-2.500-2.500M12 21l2.500-2.500M3 12l2.500-2.500M3 12l2.500 2.500M21 12l-2.500-2.500M21 12l-2.500 2.500",
  object: "M5 3l5.500 15 2.300-6.200L19 9.500zM14 14l6 6",
  box: "M4 6h3M10 6h4M17 6h3v3M20 12v3M20 18h-3M14 18h-4M7 18H4v-3M4 12V9V6",
  lasso:
    "M12 4c5 0 8.500 2.500 8.500 5.800S17 15.500 12 15.500 3.500 13 3.500 9.800 7 4 12 4zM8 15c-2 1-2 4 .5 4s2 2 .5 2.500",
  polygon: "M12 3.500l8.500 6.500-3.300 10H6.800L3.500 10z",
  brush:
    "M20.500 3.500c-5 2.500-8.500 6-10.500 9.500l2 2c3.500-2 6.500-5.500 8.500-11.500zM8.800 14.500c-2.500 0-3.300 2-3.300 3.500 0 1-.8 2-2 2 4 1.500 7.300 0 7.300-3.500",
  hand: "M8 12V5.500a1.500 1.500 0 013 0V11M11 10.500V4.500a1.500 1.500 0 013 0V11M14 11V6.500a1.500 1.500 0 013 0V14c0 4-2 6.500-5.500 6.500S6.500 18 4.500 13.500c-.6-1.500 1.300-2.500 2.300-1.200L8 14",
  whole:
    "M4 8V5.500A1.500 1.500 0 015.500 4H8M16 4h2.500A1.500 1.500 0 0120 5.500V8M20 16v2.500a1.500 1.500 0 01-1.500 1.500H16M8 20H5.500A1.500 1.500 0 014 18.500V16M12 8.500a3.500 3.500 0 110 7 3.500 3.500 0 010-7z",
  undo: "M8 5L4 9l4 4M4 9h10a5.500 5.500 0 010 11h-4",
  redo: "M16 5l4 4-4 4M20 9H10a5.500 5.500 0 000 11h4",
  download: "M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 20h14",
  open: "M4 17.500v-11A1.500 1.500 0 015.500 5h13A1.500 1.500 0 0120 6.500v11a1.500 1.500 0 01-1.500 1.500h-13A1.500 1.500 0 014 17.500zM4 15l4.500-4.500 4 4L15 12l5 4M15.500 8.500h.01",
  help: "M9 9.300A3 3 0 1113 12c-.7.400-1 1-1 2M12 17.500h.01",
  star: "M12 4l2.500 5.200 5.500.8-4 4 1 5.700-5-2.700-5 2.700 1-5.700-4-4 5.500-.8z",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  close: "M6 6l12 12M18 6L6 18",
  up: "M6 15l6-6 6 6",
  down: "M6 9l6 6 6-6",
  bin: "M5 7h14M10 7V4.500h4V7M7 7l.8 12.500h8.400L17 7M10.500 10.500v6M13.500 10.500v6",
  send: "M12 19V5M6 11l6-6 6 6",
  stop: "M7 7h10v10H7zM8.500 10h7M8.500 12h7M8.500 14h7",
  minus: "M6 12h12",
  plus: "M12 6v12M6 12h12",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  theme: "M12 4a8 8 0 100 16zM12 4a8 8 0 010 16",
  warning: "M12 4l9 16H3zM12 10v4.500M12 17.300h.01",
  check: "M5 12.500l4.500 4.500L19 7.500",
  branch: "M7 4v16M7 14c0-4 10-3 10-8M7 4h.01M17 6h.01",
  compare: "M12 3v18M4 6h5v12H4M20 6h-5M20 6v12h-5",
  pencil: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  spark: "M12 4l1.800 5.200L19 11l-5.200 1.800L12 18l-1.800-5.200L5 11l5.200-1.800zM19 17v4M17 19h4",
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.7"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

interface ButtonProps {
  readonly name: IconName;
  readonly label: string;
  readonly onPress: () => void;
  /** Shown with the name, e.g. "B". */
  readonly keys?: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly size?: number;
}

/** A button that only shows its icon; its name is said and shown on hovering. */
export function IconButton({ name, label, onPress, keys, pressed, disabled = false, size = 20 }: ButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={keys ? `${label} (${keys})` : label}
      {...(pressed === undefined ? {} : { "aria-pressed": pressed })}
      disabled={disabled}
      onClick={onPress}
    >
      <Icon name={name} size={size} />
    </button>
  );
}
