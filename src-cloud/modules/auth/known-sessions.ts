import type { Clock } from '#shared/base/clock.ts';
import type { ChangeNotices } from '../../database/change-notices.ts';
import type { Scope } from '../../database/scope.ts';
import type { AccessClaims } from './tokens.ts';

/**
 * So long who asks is believed to be as they were found, ms, where nothing is heard of them. For what comes about without a
 * notice: rows that an operator changes by hand, the few seconds in which a dead line to the database is not known for dead.
 */
const keptMs = 60_000;
const mostKept = 5000;

interface Known {
  readonly scope: Scope;
  /** Monotonic, ms. */
  readonly until: number;
}

/**
 * Who is behind a session, so that not every request has to ask the database for it. Known only while this process hears what
 * others commit (change-notices.ts): whoever ends a session, disables a person or changes their rights says so with the commit
 * (`ChangeLog.endSessions`), and everybody of that company is looked up anew. In this process that is at once, in others as
 * soon as they have heard it, some 30 ms.
 */
export class KnownSessions {
  private readonly clock: Clock;
  private readonly notices: ChangeNotices;
  /** By company and family. */
  private readonly companies = new Map<string, Map<string, Known>>();

  constructor(clock: Clock, notices: ChangeNotices) {
    this.clock = clock;
    this.notices = notices;
    notices.committed.on(({ companyId, sessionsEnded }) => {
      if (sessionsEnded) this.companies.delete(companyId);
    });
    notices.missed.on(() => this.companies.clear());
  }

  /** @param look finds it in the database, or throws: that is not remembered */
  async of(claims: AccessClaims, look: () => Promise<Scope>): Promise<Scope> {
    if (!this.notices.isListening) return look();
    const { companyId, familyId } = claims;
    const ofCompany = this.companies.get(companyId) ?? new Map<string, Known>();
    this.companies.set(companyId, ofCompany);
    const now = this.clock.mono();
    const known = ofCompany.get(familyId);
    if (known && now < known.until) return known.scope;
    const scope = await look();
    // Where a session of this company has ended meanwhile, this map is in use no longer: what was found is not kept.
    ofCompany.delete(familyId);
    ofCompany.set(familyId, { scope, until: now + keptMs });
    this.forget(ofCompany, now);
    return scope;
  }

  /** From the front, where the oldest are. */
  private forget(ofCompany: Map<string, Known>, now: number): void {
    for (const [familyId, { until }] of ofCompany) {
      if (now < until && ofCompany.size <= mostKept) return;
      ofCompany.delete(familyId);
    }
  }
}
