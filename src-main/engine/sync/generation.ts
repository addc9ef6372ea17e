import type { Disposable } from '#shared/base/dispose.ts';
import type { WritableDb } from '../database/handles.ts';
import type { SentParts } from './ports.ts';

/** Where the reading of a new generation stands. Kept in the database with its rows, so that a restart goes on. */
export interface Standing {
  /** Undefined: nothing was read yet. */
  readonly epoch: string | undefined;
  /** Cursor behind what is taken over. */
  readonly after: number;
  /** Up to which number deletions were not told any more when this reading began: they concern nothing that it has read. */
  readonly floor: number;
  /** False: numbers are missing in the cloud's own stream. What was not seen is then no proof of what is gone. */
  readonly whole: boolean;
  /** Rows that are taken over. */
  readonly rows: number;
  /**
   * How much of the company's counter is read, in [0, 1]; null where the cloud does not say. It never falls, though the
   * counter grows meanwhile.
   */
  readonly share: number | null;
}

export const nothingRead: Standing = { epoch: undefined, after: 0, floor: 0, whole: true, rows: 0, share: null };

/** What a page says of itself. */
export interface PageFacts {
  readonly epoch: string;
  readonly next: number;
  readonly hasMore: boolean;
  readonly rows: number;
  /** Numbers that it neither shows nor hides (change-page.ts). */
  readonly missing: number;
  /** Up to this number deletions are no longer told. */
  readonly floor: number;
  /** The company's counter when the page was read; null: a cloud of before, which does not say. */
  readonly head: number | null;
}

/**
 * Everything of the cloud, read from zero beside what the desk shows, by whoever does it without holding up the loop
 * (generation-thread.ts). One call at a time. Each rejects with an AppError.
 */
export interface GenerationReader extends Disposable {
  /** Goes on with what was begun before, or begins. */
  begin(): Promise<Standing>;
  /** Begins again from zero. */
  restart(): Promise<Standing>;
  /**
   * Looks at a page, as the cloud sent it. A page that does not lie behind `after` is refused, but for one that goes back
   * (`next` < `after`): that is for the caller to judge.
   */
  look(page: SentParts, after: number): Promise<PageFacts>;
  /** Takes over the page that was looked at last, with its cursor. @returns where the reading stands behind it */
  take(): Promise<Standing>;
  /**
   * What was read is the truth from now on, cursor and epoch with it: all of it or nothing. What remains to be done in the
   * loop's own database is noted there (`sync.swapped`).
   */
  swap(): Promise<void>;
  /** Takes away what no generation in use or in the making needs. */
  clean(): Promise<void>;
}

export interface Generations {
  /** At most one at a time. */
  open(): GenerationReader;
  /** Something of an earlier generation is still there to be taken away. */
  isUnclean(): boolean;
  /** Resolves when nobody reads any more and the database is free of it. Never rejects. */
  ended(): Promise<void>;
}

/** Takes over rows of one type, as `ChangeApplier.apply`; of the tables that are read anew as a whole. */
export type GenerationWriter = (
  db: WritableDb,
  changes: readonly { readonly id: string; readonly row: unknown }[],
) => readonly string[];

/** Small facts in `meta`. */
export const generationFacts = {
  /** Where the reading stands: a `KeptStanding`. */
  standing: 'generation.standing',
  /** How many there have been. */
  number: 'generation.number',
  /** A swap has happened, and what follows it on the loop has not: 'whole', or 'holed'. */
  swapped: 'sync.swapped',
} as const;
