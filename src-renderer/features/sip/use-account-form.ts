import { computed, ref, watch, type ComputedRef, type Ref } from 'vue';
import { useCommand } from '#renderer/app/desk.ts';
import { failureLine, useFailureText, type FailureText } from '#renderer/app/failure-text.ts';
import { accountOf, errorsOf, fieldsOf, isOfField, type AccountErrors, type AccountFields } from './account-form.ts';
import type { LineInWords } from './line-words.ts';
import { useConnectionTest, type ConnectionTestUse } from './use-connection-test.ts';

export interface AccountForm {
  readonly fields: Ref<AccountFields>;
  /** Why a field is refused, in words; null = it stands. */
  readonly errors: ComputedRef<AccountErrors>;
  readonly elsewhere: ComputedRef<FailureText | null>;
  readonly pending: ComputedRef<boolean>;
  readonly test: ConnectionTestUse;
  typed(): void;
  /** @returns the account's id; null = it is refused */
  save(): Promise<string | null>;
  /** @returns whether it is gone */
  remove(): Promise<boolean>;
  /** 测试连接, or an end to one that runs. */
  tryIt(lines: readonly LineInWords[]): void;
}

/** One account's form: what is typed, tried, kept, refused. @param line null = a new one */
export function useAccountForm(line: () => LineInWords | null): AccountForm {
  const say = useFailureText();
  const saving = useCommand('sip.saveAccount');
  const removing = useCommand('sip.removeAccount');
  const test = useConnectionTest();
  const fields = ref(fieldsOf(line()?.account ?? null));
  const touched = ref(false);
  watch(
    () => line()?.account,
    (account) => {
      // What somebody is typing is theirs.
      if (!touched.value && account) fields.value = fieldsOf(account);
    },
  );
  const refusal = computed(() => saving.failure.value ?? removing.failure.value ?? test.refusal.value);
  const errors = computed(() => errorsOf(refusal.value, (failure) => failureLine(say(failure))));
  const typedNow = (): Parameters<typeof saving.run>[0] => ({
    id: line()?.id ?? null,
    account: accountOf(fields.value),
  });
  return {
    fields,
    errors,
    elsewhere: computed(() => (refusal.value && !isOfField(refusal.value) ? say(refusal.value) : null)),
    pending: computed(() => saving.pending.value || removing.pending.value),
    test,
    typed() {
      touched.value = true;
      test.outdate();
    },
    async save() {
      test.forget();
      removing.clear();
      const result = await saving.run(typedNow());
      if (!result.ok) return null;
      touched.value = false;
      fields.value = { ...fields.value, password: '', turnPassword: '' };
      return result.value.id;
    },
    async remove() {
      test.forget();
      saving.clear();
      const id = line()?.id;
      return id !== undefined && (await removing.run({ id })).ok;
    },
    tryIt(lines) {
      if (test.view.value?.state === 'running') return test.cancel();
      saving.clear();
      removing.clear();
      void test.start(typedNow(), lines);
    },
  };
}
