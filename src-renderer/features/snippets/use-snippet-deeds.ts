import { shallowRef, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Snippet } from '#shared/desk-contract/areas/snippets.ts';
import { useDesk } from '#renderer/app/desk.ts';
import { insertText } from './insert-text.ts';
import { joinSnippets, type SnippetNames } from './logic/fill.ts';

/** What was done with snippets, in words; `warn`: something is left to the person. */
interface Said {
  readonly what: string;
  readonly warn: boolean;
}

interface SnippetDeeds {
  readonly said: Readonly<Ref<Said | null>>;
  clear(): void;
  /** As one text, filled in, to the clipboard. */
  copy(snippets: readonly Snippet[]): Promise<void>;
  /** The same at the cursor of a field. */
  insert(snippets: readonly Snippet[], field: HTMLTextAreaElement): void;
}

/** Using snippets: each use is counted, and a blank that stayed open is told. */
export function useSnippetDeeds(names: () => SnippetNames): SnippetDeeds {
  const { t } = useI18n({ useScope: 'global' });
  const desk = useDesk();
  const said = shallowRef<Said | null>(null);

  function done(snippets: readonly Snippet[], what: string, missing: readonly string[]): void {
    // That it is not counted is no matter for the person at work.
    void desk.attempt('snippets.used', { ids: snippets.slice(0, 50).map(({ id }) => id) });
    const open = missing.length > 0 ? t('snippets.panel.missing', { blanks: missing.join(t('words.listComma')) }) : '';
    said.value = { what: `${what}${open}`, warn: open !== '' };
  }
  const named = (snippets: readonly Snippet[]) => ({ title: snippets[0]?.title ?? '', count: snippets.length });
  return {
    said,
    clear: () => (said.value = null),
    async copy(snippets) {
      const { text, missing } = joinSnippets(snippets.map((one) => one.text), names()); // prettier-ignore
      const copied = await navigator.clipboard.writeText(text).then(() => true, () => false); // prettier-ignore
      if (!copied) return void (said.value = { what: t('snippets.panel.notCopied'), warn: true });
      done(
        snippets,
        t(snippets.length > 1 ? 'snippets.panel.copiedMany' : 'snippets.panel.copied', named(snippets)),
        missing,
      );
    },
    insert(snippets, field) {
      const { text, missing } = joinSnippets(snippets.map((one) => one.text), names()); // prettier-ignore
      if (!insertText(field, text)) return void (said.value = { what: t('snippets.panel.noRoom'), warn: true });
      done(
        snippets,
        t(snippets.length > 1 ? 'snippets.panel.insertedMany' : 'snippets.panel.inserted', named(snippets)),
        missing,
      );
    },
  };
}
