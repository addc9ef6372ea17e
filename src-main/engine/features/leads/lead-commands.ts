import { AppError } from '#shared/base/errors.ts';
import type { LeadEdit as Written } from '#shared/cloud-contract/contract.ts';
import type { leadsArea, LeadEdit, LeadRow } from '#shared/desk-contract/areas/leads.ts';
import type { Handlers } from '#shared/desk-contract/kit.ts';
import { plainCode } from '#shared/domain/credit-code.ts';
import { mayClaim } from '#shared/domain/pool-rules.ts';
import { readNumber } from '#shared/domain/phone-number.ts';
import { nextTurn } from '../../next-turn.ts';
import type { LeadsService } from './leads.ts';

/** So many rows are written in a few ms. */
const atOnce = 20;

/** Commands of windows about leads: words of people in, deeds of `LeadWork` out. */
export function leadCommands(service: LeadsService, newId: () => string): Handlers<typeof leadsArea> {
  const { work } = service;

  /** Does it to those for which `may` holds, some at a time. @returns how many those are */
  async function forEach(
    ids: readonly string[],
    may: (id: string) => boolean,
    deed: (id: string) => void,
  ): Promise<number> {
    let done = 0;
    for (let at = 0; at < ids.length; at += atOnce) {
      // Calls run on this loop: it is not held for five hundred.
      if (at > 0) await nextTurn();
      const some = ids.slice(at, at + atOnce).filter(may);
      if (some.length > 0) work.together(() => some.forEach(deed));
      done += some.length;
    }
    return done;
  }
  const is =
    (...any: readonly LeadRow['following'][]) =>
    (id: string): boolean =>
      any.includes(service.find(id)?.following ?? 'colleague');
  /** Of many, those that the person may not have again yet are not asked for in vain. */
  const isFree = (id: string): boolean => {
    const lead = service.find(id);
    return lead !== null && mayClaim(lead);
  };
  const claim = (ids: readonly string[]): Promise<number> => forEach(ids, isFree, (id) => work.claim(id));

  return {
    'leads.list': ({ query, offset, limit }) => service.list(query, { offset, limit }),
    'leads.words': ({ selection }) => service.words(selection),
    'leads.get': ({ id }) => {
      const notes = work.notes(id).map(({ id: noteId, employeeName, text, event = null, createdAt }) => ({ id: noteId, employeeName, text, event, at: createdAt })); // prettier-ignore
      return {
        ...service.get(id),
        mayWork: work.mayWorkOn(id),
        mayDelete: work.mayRemove(id),
        refused: service.refusals.of(id),
        notes,
      };
    },
    'leads.claim': async ({ ids }) => ({ claimed: await claim(ids) }),
    'leads.completeAndClaim'({ id, fields }) {
      const edit = plainEdit(fields, newId);
      service.get(id);
      if (!is('nobody')(id)) throw new AppError('lead.taken');
      work.together(() => {
        work.claim(id);
        // Behind the claim in the outbox: the cloud takes what its owner writes.
        if (Object.keys(edit).length > 0) work.edit(id, edit);
      });
      return null;
    },
    async 'leads.claimAll'({ query, most }) {
      let claimed = 0;
      for (let offset = 0; claimed < most; offset += 100) {
        const { rows } = await service.list(query, { offset, limit: 100 });
        if (rows.length === 0) break;
        const free = rows.filter(mayClaim).slice(0, most - claimed);
        claimed += await claim(free.map(({ id }) => id));
        // What is claimed may have left the list: the next ones have moved up.
        offset -= free.length;
      }
      return { claimed };
    },
    async 'leads.release'({ reason, ...shown }) {
      const seen = ownersOf(shown);
      return { released: await forEach(shown.ids, (id) => work.mayRelease(id, seen.get(id)), (id) => work.release(id, reason)) }; // prettier-ignore
    },
    async 'leads.assign'({ gifts }) {
      for (const { to } of gifts) service.checkReceiver(to);
      let assigned = 0;
      for (const { to, ...shown } of gifts) {
        const seen = ownersOf(shown);
        assigned += await forEach(shown.ids, (id) => work.mayAssign(id, to, seen.get(id)), (id) => work.assign(id, to)); // prettier-ignore
      }
      return { assigned };
    },
    'leads.assignees': async () => ({ people: await service.assignees() }),
    'leads.edit': ({ id, fields }) => {
      const edit = plainEdit(fields, newId);
      service.get(id);
      if (!work.mayWorkOn(id)) throw new AppError('lead.not-yours');
      work.edit(id, edit);
      return null;
    },
    'leads.addNote': ({ id, text }) => (work.addNote(id, text), null),
    'leads.settleRefused': async ({ reason, how }) => ({ settled: await service.refusals.settle(reason, how) }),
    'leads.handedSeen': ({ batch }) => (service.handed.seen(batch), null),
    'leads.limits': () => service.limits(),
    'leads.delete': ({ id, reason }) => (work.remove(id, reason), null),
  };
}

/** As the cloud keeps it: no empty texts, numbers in E.164 where they have it. @throws AppError what `readNumber` finds */
function plainEdit({ phone, contacts, tags, creditCode, ...fields }: LeadEdit, newId: () => string): Written {
  const texts = Object.entries(fields).map(([name, text]) => [name, text === '' ? null : text]);
  return {
    ...(Object.fromEntries(texts) as Written),
    ...(phone === undefined ? {} : { phone: phone ? plainNumber(phone) : null }),
    ...(creditCode === undefined ? {} : { creditCode: plainCode(creditCode ?? '') || null }),
    ...(tags === undefined ? {} : { tags: [...new Set(tags)] }),
    ...(contacts === undefined ? {} : { contacts: contacts.map((one) => ({ ...one, id: one.id ?? newId(), phone: one.phone.trim() && plainNumber(one.phone) })) }), // prettier-ignore
  };
}

/** @throws AppError what `readNumber` finds */
function plainNumber(phone: string): string {
  const read = readNumber(phone);
  if (!read.ok) throw new AppError(read.error);
  return read.value.e164;
}

/** By lead; of none where nobody says who was seen to follow them. */
const ownersOf = ({ ids, owners = [] }: { ids: readonly string[]; owners?: readonly (string | null)[] | undefined }): ReadonlyMap<string, string | null> =>
  new Map(owners.flatMap((owner, n) => (ids[n] === undefined ? [] : [[ids[n], owner]]))); // prettier-ignore
