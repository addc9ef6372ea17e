import { untouched, type LeadContact } from '#shared/cloud-contract/contract.ts';
import type { LeadExportColumn } from '#shared/domain/exports.ts';
import { recycledReason } from '#shared/domain/pool-rules.ts';
import { listOf, type StoredLead } from '../../leads/index.ts';
import { operatorCell, placeCell, type Cell, type CellKind, type Column, type Say } from './column.ts';

type LeadColumn = Column<StoredLead>;

const column = (kind: CellKind, width: number, of: LeadColumn['of']): LeadColumn => ({ kind, width, of });
const written = (width: number, of: (lead: StoredLead) => string | null): LeadColumn =>
  column('text', width, (lead, say) => say.text(of(lead)));
const time = (of: (lead: StoredLead) => number | null): LeadColumn => column('time', 19, of);

/** What stands in which column of a file of leads. */
export const leadColumns: Readonly<Record<LeadExportColumn, LeadColumn>> = {
  companyName: written(32, ({ companyName }) => companyName),
  contactName: written(12, ({ contactName }) => contactName),
  contactTitle: written(12, ({ contactTitle }) => contactTitle),
  phone: column('text', 16, ({ phone }, say) => phone && say.number(phone)),
  numberPlace: column('text', 14, ({ phone }, say) => phone && placeCell(phone, say)),
  numberOperator: column('text', 14, ({ phone }, say) => phone && operatorCell(phone, say)),
  numberCheck: column('text', 10, ({ numberCheck }, say) => say.words.numberCheck[numberCheck]),
  contacts: column('text', 32, ({ contacts }, say) => contactWords(listOf<LeadContact>(contacts), say)),
  creditCode: column('text', 22, ({ creditCode }) => creditCode),
  region: written(14, ({ region }) => region),
  industry: written(16, ({ industry }) => industry),
  registeredCapital: column('money', 16, ({ registeredCapital: fen }) => fen && fen / 100),
  address: written(32, ({ address }) => address),
  legalPerson: written(12, ({ legalPerson }) => legalPerson),
  stage: column('text', 10, ({ stage }, say) => say.words.stage[stage ?? untouched.stage]),
  tags: written(20, ({ tags }) => listOf<string>(tags).join('，')),
  owner: column('text', 10, ({ ownerName }) => ownerName),
  claimedAt: time(({ claimedAt }) => claimedAt),
  nextFollowUpAt: time(({ nextFollowUpAt }) => nextFollowUpAt),
  nextFollowUpNote: written(24, ({ nextFollowUpNote }) => nextFollowUpNote),
  lastFollowUpAt: time(({ followedAt }) => followedAt),
  lastCallAt: time(({ lastCallAt }) => lastCallAt),
  lastOutcome: column('text', 12, ({ lastOutcome }, say) => lastOutcome && say.words.outcome[lastOutcome]),
  callCount: column('count', 10, ({ callCount }) => callCount),
  releasedAt: time(({ ownerId, releasedAt }) => (ownerId === null ? releasedAt : null)),
  releaseReason: column('text', 24, releaseWords),
  createdAt: time(({ createdAt }) => createdAt),
};

/** While somebody has the lead it is of no interest who gave it up. */
function releaseWords({ ownerId, releaseReason }: StoredLead, say: Say): Cell {
  if (ownerId !== null) return null;
  return releaseReason === recycledReason ? say.words.recycled : say.text(releaseReason);
}

const contactWords = (contacts: readonly LeadContact[], say: Say): string =>
  contacts
    .map(({ name, title, phone }) =>
      [say.text(name), say.text(title), phone && say.number(phone)].filter(Boolean).join(' '),
    ) // prettier-ignore
    .join(say.words.between);
