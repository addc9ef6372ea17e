/** The columns of a UiVirtualTable. Cells are drawn by the slot `cell-<key>`; without one the row's own field is shown. */
export interface UiColumn {
  readonly key: string;
  readonly title: string;
  /** A CSS grid track: `120px`, `minmax(160px, 2fr)`. Default `minmax(80px, 1fr)`. */
  readonly width?: string;
  readonly align?: 'start' | 'end' | 'center';
  /** Clicking the header asks for this order. */
  readonly sortKey?: string;
}

export interface UiSort {
  readonly key: string;
  readonly descending: boolean;
}

const defaultTrack = 'minmax(80px, 1fr)';

/**
 * The grid of head and rows. Each row is a grid of its own, so no track may depend on its content, or the columns would
 * not line up: a bare `2fr` gets a lower bound in px, and all rows share one least width (the sum of those bounds).
 */
export function tableGrid(columns: readonly UiColumn[]): { readonly template: string; readonly minWidth: number } {
  const tracks = columns.map(({ width = defaultTrack }) =>
    /^[\d.]+fr$/.test(width) ? `minmax(80px, ${width})` : width,
  );
  const least = tracks.map((track) => Number(/^(?:minmax\()?([\d.]+)px/.exec(track)?.[1] ?? 0));
  return { template: tracks.join(' '), minWidth: least.reduce((sum, each) => sum + each, 0) };
}

/** Rows first…end, `end` not among them. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** What is in view of a table, px: its head is as high as a row and stays at the top. */
interface TableView {
  readonly top: number;
  readonly height: number;
  readonly rowHeight: number;
}

/** The rows in view, whole or in part, and `beyond` more above and below. None where nothing is in view. */
export function rowsInView(view: TableView & { readonly total: number }, beyond: number): RowRange {
  const { top, height, rowHeight, total } = view;
  if (height <= 0) return { first: 0, end: 0 };
  const within = (row: number): number => Math.max(0, Math.min(row, total));
  return {
    first: within(Math.floor(top / rowHeight) - beyond),
    end: within(Math.ceil((top + height) / rowHeight) - 1 + beyond),
  };
}

/**
 * As many elements as rows can be drawn at once, used in turn: the row `index` is in element `index % rowElements(…)`.
 * @param height of what is in view, px
 */
export const rowElements = (height: number, rowHeight: number, beyond: number): number =>
  Math.ceil(height / rowHeight) + 1 + 2 * beyond;

/** Where to scroll for the whole row to be in view below the head; null where it is. */
export function scrollTopFor(index: number, { top, height, rowHeight }: TableView): number | null {
  const start = index * rowHeight;
  if (start < top) return start;
  const least = start + 2 * rowHeight - height;
  return least > top ? least : null;
}

/** Where the arrow and page keys lead in a list of `total` rows. Null = the key is not one of ours. */
export function nextIndex(key: string, current: number, total: number, page: number): number | null {
  if (total === 0) return null;
  const last = total - 1;
  const clamp = (index: number): number => Math.max(0, Math.min(last, index));
  switch (key) {
    case 'ArrowDown':
      return clamp(current + 1);
    case 'ArrowUp':
      return clamp(current < 0 ? 0 : current - 1);
    case 'PageDown':
      return clamp(Math.max(0, current) + page);
    case 'PageUp':
      return clamp(Math.max(0, current) - page);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
