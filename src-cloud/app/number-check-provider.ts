import type { CheckProviderKind, VendorFamily } from '#shared/domain/number-check.ts';
import type { NumberCheck } from '#shared/domain/vocabulary.ts';

/** What was found of one number. */
export interface Finding {
  readonly state: NumberCheck;
  /** As the vendor said it, 100 characters at most. */
  readonly raw: string;
}

/** Why nobody was checked, and nothing has to be paid. */
export type CheckFailure =
  /** Nobody there, no answer in time, or one that cannot be understood. */
  | { readonly why: 'unreachable' }
  /** Our key or our address is not let in. */
  | { readonly why: 'refused' }
  /** The company's account with the vendor is empty. */
  | { readonly why: 'out-of-credit' }
  /** @param retryAfterMs where the vendor says */
  | { readonly why: 'rate-limited'; readonly retryAfterMs?: number };

export type CheckAnswer =
  /** By number. One that is missing was not answered: it stays as it is, and costs nothing. */
  { readonly ok: true; readonly found: ReadonlyMap<string, Finding> } | ({ readonly ok: false } & CheckFailure);

/**
 * Who tells what a number is. To add one: docs/guides/number-check-provider.md. It is shared by all companies of this cloud, and
 * knows nothing of them.
 */
export interface NumberCheckProvider {
  /** Stands with each finding, at desks too; 40 characters at most, and never changed. */
  readonly name: string;
  readonly kind: CheckProviderKind;
  /** In whose words `raw` is. */
  readonly family: VendorFamily | '';
  /** Numbers in one question at most. */
  readonly batch: number;
  /** Questions in a second at most, of this server. */
  readonly perSecond: number;
  /**
   * @param numbers mobile numbers of China, E.164, each once, `batch` at most
   * @param signal the time is over, or the server closes: nobody waits for the answer any more
   * Never throws for what the vendor does: that is a failure.
   */
  check(numbers: readonly string[], signal: AbortSignal): Promise<CheckAnswer>;
}
