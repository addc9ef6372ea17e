import { standingRefusal, type StandingFacts } from './dial-gate.ts';
import { looksDead } from './number-check.ts';
import { readPbxNumber } from './phone-number.ts';
import type { NumberCheck } from './vocabulary.ts';

/** Why a lead does not go into a queue, as far as that can be said before its turn. The first that holds is the one. */
export const leftOutReasons = [
  'queued', // it, or its number, is in the queue already
  'no-number',
  'not-a-number', // nor anybody who can be a customer: 110
  'blacklisted',
  'number-invalid',
  'refused', // 拒绝再联系
  'same-number', // as one before it
  'colleague', // somebody else follows it
  'dead', // the check found nobody behind its number
] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];

/** As given; or those first who were called longest ago, or never. */
export const queueOrders = ['given', 'longest-uncalled'] as const;
export type QueueOrder = (typeof queueOrders)[number];

/** A lead that may be called. */
export interface QueueCandidate {
  readonly leadId: string;
  readonly phone: string | null;
  readonly numberCheck: NumberCheck;
  /** Somebody else follows it. */
  readonly ofColleague: boolean;
  /** ms; null = never. */
  readonly lastCallAt: number | null;
}

export interface ChoiceRules {
  readonly order: QueueOrder;
  /** These are called too; they are counted all the same. */
  readonly dead: boolean;
  readonly colleagues: boolean;
  /** As many as the queue has room for. */
  readonly room: number;
}

/** Whom a queue calls, and who of those that were looked at is left out. */
export interface ChosenLeads {
  /** In the order in which they are called. */
  readonly leadIds: readonly string[];
  readonly leftOut: Readonly<Record<LeftOutReason, number>>;
  /** Behind the last one that there was room for: nobody has looked at them. */
  readonly beyond: number;
}

/** Leads of a list, one by one from its top, into a queue. */
export class QueueChoice {
  private readonly rules: ChoiceRules;
  private readonly standing: (e164: string) => StandingFacts;
  private readonly queued: ReadonlySet<string>;
  private readonly queuedNumbers: ReadonlySet<string>;
  private readonly numbers = new Set<string>();
  private readonly chosen: QueueCandidate[] = [];
  private looked = 0;
  private readonly leftOut = Object.fromEntries(leftOutReasons.map((reason) => [reason, 0])) as Record<
    LeftOutReason,
    number
  >;

  /**
   * @param queued lead ids, and numbers as leads have them, of those who are in the queue
   * @param standing what the desk knows of a number, as `readPbxNumber` writes it
   */
  constructor(
    rules: ChoiceRules,
    queued: { readonly leadIds: readonly string[]; readonly numbers: readonly string[] },
    standing: (e164: string) => StandingFacts,
  ) {
    this.rules = rules;
    this.standing = standing;
    this.queued = new Set(queued.leadIds);
    this.queuedNumbers = new Set(queued.numbers.flatMap((number) => numberOf(number) ?? []));
  }

  /** There is room for no other one. */
  get isFull(): boolean {
    return this.chosen.length >= this.rules.room;
  }

  take(candidate: QueueCandidate): void {
    this.looked += 1;
    if (!this.leavesOut(candidate)) this.chosen.push(candidate);
  }

  /** @param total of the list */
  result(total: number): ChosenLeads {
    const { chosen, leftOut, looked } = this;
    const inOrder =
      this.rules.order === 'given' ? chosen : chosen.toSorted((a, b) => (a.lastCallAt ?? 0) - (b.lastCallAt ?? 0));
    return { leadIds: inOrder.map(({ leadId }) => leadId), leftOut: { ...leftOut }, beyond: total - looked };
  }

  private leavesOut(candidate: QueueCandidate): boolean {
    const { rules, leftOut } = this;
    const number = numberOf(candidate.phone);
    const reason = this.reasonAgainst(candidate, number);
    if (reason !== null) {
      leftOut[reason] += 1;
      return true;
    }
    if (number !== null) this.numbers.add(number);
    if (candidate.ofColleague) leftOut.colleague += 1;
    if (candidate.ofColleague && !rules.colleagues) return true;
    const isDead = looksDead(candidate.numberCheck);
    if (isDead) leftOut.dead += 1;
    return isDead && !rules.dead;
  }

  /** What no person can wave aside. */
  private reasonAgainst({ leadId, phone }: QueueCandidate, number: string | null): LeftOutReason | null {
    if (this.queued.has(leadId)) return 'queued';
    if (phone === null) return 'no-number';
    if (number === null) return 'not-a-number';
    if (this.queuedNumbers.has(number)) return 'queued';
    const refusal = standingRefusal(this.standing(number));
    if (refusal) return refusals[refusal.code] ?? 'refused';
    return this.numbers.has(number) ? 'same-number' : null;
  }
}

const refusals: { readonly [code: string]: LeftOutReason } = {
  'gate.blacklisted': 'blacklisted',
  'gate.number-invalid': 'number-invalid',
};

/** As the gate asks for it; null = nobody who can be a customer. */
function numberOf(phone: string | null): string | null {
  const read = phone === null ? null : readPbxNumber(phone);
  return read?.ok === true && read.value.kind !== 'emergency' ? read.value.e164 : null;
}
