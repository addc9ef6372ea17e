import { assertNever } from '#shared/base/assert-never.ts';
import type { ChannelEvent, Stamp } from '#shared/domain/call-channel.ts';
import type { EndCause } from '#shared/domain/vocabulary.ts';
import type { CallReport } from '../at/call-reports.ts';
import type { CallRow } from '../at/answers.ts';
import { causeOfNumber, causeOfWord } from './end-cause.ts';
import { absentConfirmMs } from './line-pace.ts';
import { callsOf, matchRows, newcomers } from './line-match.ts';
import {
  between,
  ringsHere,
  stampAt,
  type Instant,
  type Line,
  type LineCall,
  type LineInput,
  type LineOutput,
  type LineStep,
} from './line-state.ts';

/** Some modems list a call only a while after ATD's OK. */
const firstSightMs = 2_000;
/** A bell that has not rung for so long rings no more (case 28). */
const bellSilentMs = 10_000;
/** A report of an answer that no list confirms within this time was wrong. */
const toldAnsweredHoldsMs = 1_000;
/** How far back a call can have begun to ring when nothing rang: bells ring every 2–5 s. */
const bellGapMs = 5_000;

/**
 * The voice calls of one modem. +CLCC is the truth; reports only say when to look, and when what the list then shows had
 * happened (TS 27.007 §7.18; research/hardware §5, rules 1–4 and the cases 15–29). Pure and total: any input may come at
 * any time.
 *
 *   placing ──OK──▶ accepted ─▶ dialing ─▶ alerting ─┐           any state may be skipped but `placing`
 *                                                     ├─▶ active ◀─▶ held
 *                        incoming, waiting ───────────┘
 *
 * A call leaves the line by: two good lists without it; one without it after a report or a hang-up; the modem's loss.
 */
export function nextLine(line: Line, input: LineInput): LineStep {
  const draft = new Draft(line);
  draft.take(input);
  return { line: draft.line, outputs: draft.outputs };
}

/** One step under way. Lives no longer than the step. */
class Draft {
  line: Line;
  readonly outputs: LineOutput[] = [];

  constructor(line: Line) {
    this.line = line;
  }

  take(input: LineInput): void {
    switch (input.type) {
      case 'dial':
        return this.add({ ...fresh(input.id, input.at), direction: 'outbound', number: input.number });
      case 'dial-accepted':
        return this.change(input.id, (call) => this.accepted(call, input.at));
      case 'dial-refused':
        return this.change(input.id, (call) => this.refused(call, input.cause, input.at));
      case 'dial-cancelled':
        return this.change(input.id, (call) => this.end(call, 'local-hang-up', stampAt(input.at, 'device')));
      case 'forget':
        return this.drop(input.id);
      case 'adopt':
        return this.adopt(input);
      case 'answer-accepted':
        return this.change(input.id, (call) => this.answerAccepted(call, input.at));
      case 'hang-up-asked':
        // What is gone already was not ended by us.
        return this.change(input.id, (call) => this.put({ ...call, hangUpAsked: call.closing === null }));
      case 'hang-up-accepted':
        return this.change(input.id, (call) => this.put({ ...call, hangUpDone: call.hangUpDone ?? input.at }));
      case 'list':
        return this.list(input.rows, input.asked, input.answered);
      case 'list-failed':
        return this.listFailed(input.refused, input.at);
      case 'report':
        return this.report(input.report, input.at);
      case 'cause-read':
        return this.change(input.id, (call) => {
          if (call.closing) this.end(call, input.cause ?? 'rejected', call.closing);
        });
      case 'lost':
        return this.lost(input.cause, input.at);
      default:
        return assertNever(input);
    }
  }

  // ── our own commands ──

  private accepted(call: LineCall, at: Instant): void {
    if (call.phase !== 'placing') return;
    this.put({ ...call, phase: 'accepted', since: at });
    this.tell(call.id, { type: 'accepted' }, stampAt(at, 'device'));
    if (!this.line.rules.showsAnswers) this.tell(call.id, { type: 'in-progress' }, stampAt(at, 'assumed'));
    this.look();
  }

  /** Whatever the modem said, the list decides: the word may belong to the call before (case 17). */
  private refused(call: LineCall, cause: EndCause | null, at: Instant): void {
    if (call.phase !== 'placing') return;
    this.put({ ...call, phase: 'accepted', since: at, toldEnd: { at, cause, sure: true } });
    this.look();
  }

  private adopt({ id, row, number, at }: Extract<LineInput, { type: 'adopt' }>): void {
    const direction = row.outgoing ? 'outbound' : 'inbound';
    const phase = row.outgoing ? 'accepted' : row.status === 'waiting' ? 'waiting' : 'incoming';
    this.add({ ...fresh(id, at), direction, number, phase });
    this.change(id, (call) => this.show(call, row, at, { ...stampAt(at, 'assumed'), precisionMs: 0 }));
  }

  /** ATA's OK comes when the line stands (V.250 §6.3.5); the list says so too, where there is one that can. */
  private answerAccepted(call: LineCall, at: Instant): void {
    if (!ringsHere(call)) return;
    if (this.line.rules.showsAnswers) this.put({ ...call, toldAnswered: { at, source: 'device' } });
    else this.answer({ ...call, phase: 'active' }, stampAt(at, 'device'));
    this.look();
  }

  // ── the list ──

  private list(rows: readonly CallRow[], asked: Instant, answered: Instant): void {
    const listed = this.line.calls.filter((call) => call.phase !== 'placing' && !call.closing);
    const { matched, rest } = matchRows(listed, rows);
    for (const call of listed) {
      const row = matched.get(call.id);
      if (row) this.show(call, row, asked, this.changeStamp(call, answered), answered);
      else this.absent(call, asked, answered);
    }
    for (const row of newcomers(rest, this.bellIsWarm(answered))) this.comeIn(row, asked, answered);
    this.line = { ...this.line, looked: asked };
  }

  /** When it became what the list shows now: since the list before, or since we know of the call. */
  private changeStamp(call: LineCall, answered: Instant): Stamp {
    const { looked } = this.line;
    return between(looked && looked.mono > call.since.mono ? looked : call.since, answered);
  }

  private show(call: LineCall, row: CallRow, asked: Instant, stamp: Stamp, answered: Instant = asked): void {
    const number = call.number ?? row.number;
    const stale = call.toldEnd !== null && call.toldEnd.at.mono <= asked.mono;
    const expired = call.toldAnswered && answered.mono - call.toldAnswered.at.mono > toldAnsweredHoldsMs;
    const seen: LineCall = {
      ...call,
      number,
      seen: asked,
      absentSince: null,
      index: row.index,
      // An end that was named before we asked, and the call is still there: it was another call's.
      toldEnd: stale ? null : call.toldEnd,
    };
    this.put(seen);
    if (ringsHere(seen) && call.number === null && number !== null) this.ringing(seen, stamp);
    if (row.status === 'active' || row.status === 'held') this.showUp(seen, row.status, stamp);
    else if (!seen.answered)
      this.put(this.advance(expired ? { ...seen, toldAnswered: null } : seen, row.status, stamp));
  }

  private showUp(call: LineCall, status: 'active' | 'held', stamp: Stamp): void {
    const blind = !this.line.rules.showsAnswers && call.direction === 'outbound';
    if (!call.answered && blind) return;
    const told = call.toldAnswered;
    let now = call;
    if (!call.answered) now = this.answer({ ...call, phase: 'active' }, told ? stampAt(told.at, told.source) : stamp);
    if (now.phase === status) return;
    this.put({ ...now, phase: status });
    this.tell(now.id, { type: status === 'held' ? 'held' : 'resumed' }, stamp);
  }

  private answer(call: LineCall, stamp: Stamp): LineCall {
    const answered = { ...call, answered: true, toldAnswered: null };
    this.put(answered);
    this.tell(call.id, { type: 'answered' }, stamp);
    return answered;
  }

  private advance(call: LineCall, status: CallRow['status'], stamp: Stamp): LineCall {
    const { phase } = call;
    if (status === 'dialing' && phase === 'accepted') return this.enter(call, 'dialing', stamp);
    if (status === 'alerting' && (phase === 'accepted' || phase === 'dialing'))
      return this.enter(call, 'alerting', stamp);
    return status === 'incoming' || status === 'waiting' ? { ...call, phase: status } : call;
  }

  private enter(call: LineCall, phase: 'dialing' | 'alerting', stamp: Stamp): LineCall {
    this.tell(call.id, { type: phase }, stamp);
    return { ...call, phase };
  }

  private absent(call: LineCall, asked: Instant, answered: Instant): void {
    const { toldEnd, hangUpDone } = call;
    const before = (at: Instant | undefined): boolean => at !== undefined && at.mono <= asked.mono;
    if (hangUpDone && before(hangUpDone)) return this.conclude(call, stampAt(hangUpDone, 'device'));
    // A bare word may be of the call before while the modem has not listed this one yet (case 17): look twice then.
    const named = toldEnd && before(toldEnd.at) && (toldEnd.sure || call.seen) ? toldEnd : null;
    if (named) return this.conclude(call, stampAt(named.at, 'urc'));
    if (call.seen === null && !toldEnd && this.mayStillCome(call, answered)) return;
    const absentSince = call.absentSince ?? asked;
    const away = { ...call, absentSince, index: null };
    this.put(away);
    if (asked.mono - absentSince.mono < absentConfirmMs) return;
    const stamp = toldEnd ? stampAt(toldEnd.at, 'urc') : between(call.seen ?? call.since, absentSince);
    this.conclude(away, stamp);
  }

  /** Not listed yet: just dialled, or the bell alone told of it and rang a moment ago. */
  private mayStillCome(call: LineCall, now: Instant): boolean {
    const rang = this.line.ring?.last;
    if (call.direction === 'inbound') return rang !== undefined && now.mono - rang.mono < bellSilentMs;
    return now.mono - call.since.mono < firstSightMs;
  }

  /** No list: what the modem says is all there is, but only where it refuses the command and not once in a while. */
  private listFailed(refused: boolean, at: Instant): void {
    for (const call of this.line.calls) {
      if (call.phase === 'placing' || call.closing) continue;
      const { hangUpDone, toldEnd } = call;
      const bellOver = ringsHere(call) && call.seen === null && !this.mayStillCome(call, at);
      const blind = refused && !this.line.rules.showsAnswers;
      if (blind && hangUpDone) this.conclude(call, stampAt(hangUpDone, 'device'));
      else if (blind && toldEnd) this.conclude(call, stampAt(toldEnd.at, 'urc'));
      else if (bellOver) this.conclude(call, between(this.line.ring?.last ?? call.since, at));
    }
    const { ring } = this.line;
    if (ring && this.bellIsWarm(at) && !this.line.calls.some((call) => ringsHere(call)))
      this.begin(ring.number, ring.waiting, stampAt(ring.first, 'urc'), null);
  }

  // ── calls that come in ──

  private comeIn(row: CallRow, asked: Instant, answered: Instant): void {
    const { ring, looked } = this.line;
    const warm = ring !== null && this.bellIsWarm(answered);
    const floor = { mono: answered.mono - bellGapMs, wall: answered.wall - bellGapMs };
    const since = looked && looked.mono > floor.mono ? looked : floor;
    const stamp = warm ? stampAt(ring.first, 'urc') : between(since, answered);
    const number = row.number ?? (warm ? ring.number : null);
    const id = this.begin(number, row.status === 'waiting', stamp, asked);
    this.change(id, (call) => this.show(call, row, asked, between(call.since, answered)));
  }

  private begin(number: string | null, waiting: boolean, stamp: Stamp, seen: Instant | null): string {
    const serial = this.line.serial + 1;
    const id = `incoming-${serial}`;
    this.line = { ...this.line, serial };
    const since = { mono: stamp.mono, wall: stamp.wall };
    const call: LineCall = { ...fresh(id, since), number, phase: waiting ? 'waiting' : 'incoming', seen };
    this.add(call);
    this.ringing(call, stamp);
    return id;
  }

  private ringing(call: LineCall, stamp: Stamp): void {
    this.outputs.push({
      type: 'incoming',
      id: call.id,
      number: call.number,
      waiting: call.phase === 'waiting',
      stamp,
    });
  }

  private bellIsWarm(now: Instant): boolean {
    const { ring } = this.line;
    return ring !== null && now.mono - ring.last.mono < bellSilentMs;
  }

  // ── reports ──

  private report(report: CallReport, at: Instant): void {
    if (isIncoming(report)) this.rang(report, at);
    if (report.status === 'active') this.toldAnswered(report, at);
    if (report.status === 'released') this.toldEnd(report, at);
    if (this.line.calls.some((call) => call.phase !== 'placing') || this.line.ring || isIncoming(report)) this.look();
  }

  private rang({ number, status }: CallReport, at: Instant): void {
    const warm = this.bellIsWarm(at) ? this.line.ring : null;
    const waiting = status === 'waiting';
    const ring = { first: warm?.first ?? at, last: at, number: number ?? warm?.number ?? null, waiting };
    this.line = { ...this.line, ring };
    const nameless = this.line.calls.find((call) => ringsHere(call) && call.number === null);
    if (number === null || !nameless) return;
    const named = { ...nameless, number };
    this.put(named);
    this.ringing(named, stampAt(at, 'urc'));
  }

  private toldAnswered(report: CallReport, at: Instant): void {
    const [call, another] = callsOf(report, this.line.calls).filter(({ answered, closing }) => !answered && !closing);
    if (call && !another && !call.toldAnswered) this.put({ ...call, toldAnswered: { at, source: 'urc' } });
  }

  /** A bare word counts for every call that it may mean: the next list tells which (rule 4). */
  private toldEnd(report: CallReport, at: Instant): void {
    const nameless = report.index === null && report.number === null;
    if (nameless && report.word && this.line.rules.reportsName) return;
    const cause = report.word ? causeOfWord(report.word) : causeOfNumber(report.cause);
    for (const call of callsOf(report, this.line.calls)) {
      const onlyBefore = report.word !== null && report.word !== 'NO CARRIER';
      if (call.closing || call.toldEnd?.sure || (onlyBefore && call.answered)) continue;
      this.put({ ...call, toldEnd: { at, cause: cause ?? call.toldEnd?.cause ?? null, sure: !nameless } });
    }
  }

  // ── ends ──

  /** The call is gone. Why: we, the modem's word, the network's report, or what the state suggests. */
  private conclude(call: LineCall, stamp: Stamp): void {
    if (call.hangUpAsked) return this.end(call, 'local-hang-up', stamp);
    const blind = !this.line.rules.showsAnswers;
    if (call.answered || blind || call.direction === 'inbound')
      return this.end(call, (blind && call.toldEnd?.cause) || 'remote-hang-up', stamp);
    if (call.toldEnd?.cause) return this.end(call, call.toldEnd.cause, stamp);
    this.put({ ...call, closing: stamp });
    this.outputs.push({ type: 'ask-cause', id: call.id });
  }

  /** The last proof of life bounds when. */
  private lost(cause: 'device-lost' | 'device-reset', at: Instant): void {
    for (const call of this.line.calls) {
      const stamp = call.closing ?? between(call.seen ?? call.since, at);
      this.end(
        call,
        call.hangUpAsked ? 'local-hang-up' : call.closing ? (call.toldEnd?.cause ?? 'rejected') : cause,
        stamp,
      );
    }
    this.line = { ...this.line, ring: null, looked: null };
  }

  private end(call: LineCall, cause: EndCause, stamp: Stamp): void {
    this.drop(call.id);
    // Whoever rang has stopped: what the bell told was of this call.
    if (ringsHere(call)) this.line = { ...this.line, ring: null };
    this.tell(call.id, { type: 'ended', cause }, stamp);
  }

  // ── the draft itself ──

  private add(call: LineCall): void {
    if (this.line.calls.some(({ id }) => id === call.id)) return;
    this.line = { ...this.line, calls: [...this.line.calls, call] };
  }

  private put(call: LineCall): void {
    this.line = { ...this.line, calls: this.line.calls.map((other) => (other.id === call.id ? call : other)) };
  }

  private drop(id: string): void {
    this.line = { ...this.line, calls: this.line.calls.filter((call) => call.id !== id) };
  }

  private change(id: string, change: (call: LineCall) => void): void {
    const call = this.line.calls.find((other) => other.id === id);
    if (call) change(call);
  }

  private tell(id: string, event: ChannelEvent, stamp: Stamp): void {
    this.outputs.push({ type: 'event', id, event, stamp });
  }

  private look(): void {
    if (!this.outputs.some(({ type }) => type === 'look')) this.outputs.push({ type: 'look' });
  }
}

const isIncoming = ({ status }: CallReport): boolean => status === 'incoming' || status === 'waiting';

const fresh = (id: string, since: Instant): LineCall => ({
  id,
  direction: 'inbound',
  number: null,
  phase: 'placing',
  answered: false,
  since,
  seen: null,
  absentSince: null,
  index: null,
  toldAnswered: null,
  toldEnd: null,
  hangUpAsked: false,
  hangUpDone: null,
  closing: null,
});
