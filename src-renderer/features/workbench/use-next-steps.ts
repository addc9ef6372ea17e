import { ref, shallowRef, type Ref, type ShallowRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRouter } from 'vue-router';
import type { QueueSource } from '#shared/desk-contract/areas/dial-queue.ts';
import type { DeskSuggestion, SuggestedLeads, SuggestionSubject } from '#shared/desk-contract/areas/workbench.ts';
import { formatNumber } from '#shared/domain/phone-number.ts';
import { mostQueueEntries } from '#shared/domain/queue-entry.ts';
import { useDesk } from '#renderer/app/desk.ts';
import { orderAgain, useDial, useDock } from '#renderer/features/calls/index.ts';
import { useQueue } from '#renderer/features/dial-queue/index.ts';
import { formatCount, useUiContext } from '#renderer/ui/index.ts';

interface NextSteps {
  /** The one thing that the button does. */
  action(suggestion: DeskSuggestion): string;
  /** It calls somebody: brand, and not in a call. */
  dials(suggestion: DeskSuggestion): boolean;
  /** Whom it is about, as far as they have names. */
  names(suggestion: DeskSuggestion): string;
  run(suggestion: DeskSuggestion): Promise<void>;
  /** What cannot be done now, and is not. */
  isOff(suggestion: DeskSuggestion): boolean;
  /** Of whom a queue is to be made; null = of nobody. */
  readonly queued: ShallowRef<QueueSource | null>;
  /** 同步问题 are shown. */
  readonly problems: Ref<boolean>;
}

/** What each suggestion does when it is taken. */
export function useNextSteps(): NextSteps {
  const { t } = useI18n({ useScope: 'global' });
  const { maskNumbers } = useUiContext();
  const router = useRouter();
  const desk = useDesk();
  const dial = useDial();
  const dock = useDock();
  const queue = useQueue();
  const queued = shallowRef<QueueSource | null>(null);
  const problems = ref(false);

  const nameOf = ({ name, number }: SuggestionSubject): string =>
    name ?? (number === null ? '' : formatNumber(number, { masked: maskNumbers.value }));
  /** Whoever can be called. */
  const callee = ({ kind, subjects }: DeskSuggestion): SuggestionSubject | undefined =>
    kind === 'missed' || kind === 'due' ? subjects.find(({ number }) => number !== null) : undefined;
  const to = (path: string, query: Readonly<Record<string, string>> = {}): void => void router.push({ path, query });
  const lead = ({ subjects }: DeskSuggestion): void => to('/followed', subjects[0]?.leadId ? { open: subjects[0].leadId } : {}); // prettier-ignore

  async function call(suggestion: DeskSuggestion): Promise<void> {
    const who = callee(suggestion);
    if (!who) return lead(suggestion);
    // Whoever called is called back the way they called, as in 通话.
    const before =
      suggestion.kind === 'missed' && who.callId ? await desk.attempt('calls.get', { id: who.callId }) : null;
    if (before?.ok) return void (await dial.dial(orderAgain(before.value)));
    await dial.dial({ number: who.number ?? '', name: nameOf(who), ...(who.leadId ? { leadId: who.leadId } : {}) });
  }
  const makeQueue = (kind: SuggestedLeads): void => void (queued.value = { of: 'suggestion', kind });
  async function goOn(): Promise<void> {
    queue.look();
    await queue.goOn();
  }
  const deeds: { readonly [K in DeskSuggestion['kind']]: (suggestion: DeskSuggestion) => void | Promise<void> } = {
    'self-test': () => to('/phone'),
    missed: call,
    due: call,
    'taken-back': () => makeQueue('taken-back'),
    queue: goOn,
    unplanned: lead,
    reviews: ({ list }) => to('/numbers', { view: 'review', ...(list ? { list } : {}) }),
    incomplete: ({ subjects }) => to('/calls', subjects[0]?.callId ? { open: subjects[0].callId } : {}),
    refused: () => void (problems.value = true),
    'never-called': () => makeQueue('never-called'),
    claim: () => to('/leads'),
    'claim-public': () => to('/public'),
    import: () => to('/leads', { import: '' }),
    'no-leads': () => to('/leads'),
  };
  return {
    action(suggestion) {
      const who = callee(suggestion);
      if (suggestion.kind === 'due' && !who) return t('workbench.open');
      const count = formatCount(Math.min(suggestion.count, mostQueueEntries));
      return t(`workbench.step.${suggestion.kind}.action`, { name: who ? nameOf(who) : '', count });
    },
    dials: (suggestion) => callee(suggestion) !== undefined,
    names: ({ subjects, count }) => {
      const said = subjects.map(nameOf).filter(Boolean);
      if (said.length === 0) return '';
      return t(said.length < count ? 'workbench.namesAndMore' : 'workbench.names', { names: said.join(t('words.listComma')), count }); // prettier-ignore
    },
    run: async (suggestion) => deeds[suggestion.kind](suggestion),
    isOff: (suggestion) =>
      (callee(suggestion) !== undefined && (dock.live || dial.dialing !== null)) ||
      (suggestion.kind === 'queue' && queue.pending),
    queued,
    problems,
  };
}
