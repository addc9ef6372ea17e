import { computed, shallowRef, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { CompanyEmployee } from '#shared/desk-contract/areas/company.ts';
import { useCommand, type Failure } from '#renderer/app/desk.ts';

export interface People {
  /** Who may sign in, by name and account: two of one name have to be told apart. */
  readonly options: ComputedRef<readonly { readonly value: string; readonly label: string }[]>;
  readonly failure: Readonly<{ value: Failure | null }>;
  load(): Promise<void>;
}

const pageSize = 100;
/** What one can choose from in a list that is searched by typing. */
const most = 3000;

/** The employees of the company, for choosing one of them. */
export function usePeople(): People {
  const { t } = useI18n({ useScope: 'global' });
  const { run, failure } = useCommand('company.employees');
  const all = shallowRef<readonly CompanyEmployee[]>([]);
  return {
    options: computed(() =>
      all.value
        .filter(({ disabled }) => !disabled)
        .map(({ id, name, account, departmentName }) => ({
          value: id,
          label: name + t('words.bracketed', { text: [account, departmentName].filter(Boolean).join(' · ') }),
        })),
    ),
    failure,
    async load() {
      const found: CompanyEmployee[] = [];
      for (let offset = 0; offset < most; offset += pageSize) {
        const page = await run({ offset, limit: pageSize });
        if (!page.ok) return;
        found.push(...page.value.employees);
        if (found.length >= page.value.total) break;
      }
      all.value = found;
    },
  };
}
