import type { ListingState } from '#shared/domain/number-lists.ts';

/** What every view of a list shows of an entry. */
export interface ListedRow {
  readonly id: string;
  readonly number: string;
  /** The number is masked already. */
  readonly hidden?: boolean;
  /** Whom this desk knows at that number; null = nobody. */
  readonly customer: string | null;
  readonly reason: string;
  readonly state: ListingState;
  readonly expiresAt: number | null;
  readonly requestedAt: number;
}
