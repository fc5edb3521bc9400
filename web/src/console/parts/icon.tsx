// The console's few pictures, drawn with strokes in the colour of the text beside them. They never
// stand alone for a meaning: each is hidden from screen readers.
const shapes = {
  overview: "M4 19V9m5 10V5m5 14v-7m5 7V8",
  invitations: "M3 6h18v12H3zm0 1 9 7 9-7",
  sessions: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-7 8c1-4 4-5 7-5s6 1 7 5",
  letters: "M4 4h16v11h-5l-1 3h-4l-1-3H4zm4 4h8m-8 3h5",
  skills: "M5 4h14v16H5zm3 5h2m3 0h3m-8 5h2m3 0h3",
  credentials: "M15 9a4 4 0 1 0-4 4l1 1h2v2h2v2h4v-4l-5-5zm-5 0h.01",
  appearance: "M12 3a9 9 0 1 0 0 18c2 0 2-2 1-3s0-3 2-3h3c2 0 3-1 3-3a9 9 0 0 0-9-9z"
    + "M8 10h.01M12 7h.01M16 10h.01",
  webhooks: "M12 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM6 20a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z"
    + "m12 0a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM11 8l-4 7m6-7 4 7m-8.5 2.5h7",
  staff: "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zm-6 8c0-4 3-5 6-5s6 1 6 5m1-13a3 3 0 0 1 0 5"
    + "m2 3c2 1 3 2 3 5",
  audit: "M6 3h9l3 3v15H6zm3 6h6m-6 4h6m-6 4h4",
  organisation: "M4 20V6l7-3v17m0-11 9 2v9M3 20h18M7 8h.01M7 12h.01M7 16h.01M15 14h.01M15 17h.01",
  account: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6z"
    + "m-6 6c1-2 3-3 6-3s5 1 6 3",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6 6 18",
  check: "M4 12l5 6L20 6",
  warn: "M12 3 2 20h20zm0 7v4m0 3h.01",
  unequal: "M5 9h14M5 15h14M16 4 8 20",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 8v5m0-8h.01",
  empty: "M4 13l3-8h10l3 8v6H4zm0 0h5l1 3h4l1-3h5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  download: "M12 4v11m-5-4 5 5 5-5M4 20h16",
  plus: "M12 5v14M5 12h14",
  next: "M9 5l7 7-7 7",
  back: "M15 5l-7 7 7 7",
  out: "M10 4H4v16h6m5-12 4 4-4 4m4-4H9",
} as const;

export type IconName = keyof typeof shapes;

export const Icon = (props: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={shapes[props.name]} />
  </svg>
);

// A threshold: two posts, a lintel, and the sill one steps over.
export const Mark = () => (
  <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M6 20V5h12v15" /><path d="M2 20h20" class="sill" />
  </svg>
);
