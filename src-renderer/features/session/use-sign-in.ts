import { computed, ref } from 'vue';
import { passwordFaults } from '#shared/domain/password.ts';
import { isCode, useCommand } from '#renderer/app/desk.ts';
import { failureLine, useFailureText } from '#renderer/app/failure-text.ts';

const ownFaults = ['password.unchanged', ...passwordFaults] as const;

/**
 * The fields of a sign-in and what the cloud says to them, by the place where it is to be read. A one-time password opens
 * nothing by itself: a password of the person's own has to come with it, and is asked for as soon as the cloud says so.
 */
export function useSignIn(account: () => string) {
  const say = useFailureText();
  const { run, failure, pending, clear } = useCommand('session.signIn');
  const password = ref('');
  const oneTime = ref(false);
  const ownPassword = ref('');

  const ready = computed(
    () => account().trim() !== '' && password.value !== '' && (!oneTime.value || ownPassword.value !== ''),
  );
  const atPassword = computed(() =>
    failure.value && isCode(failure.value, 'auth.bad-credentials', 'auth.locked', 'auth.disabled', 'input.invalid')
      ? failureLine(say(failure.value))
      : null,
  );
  const atOwn = computed(() =>
    failure.value && isCode(failure.value, ...ownFaults) ? failureLine(say(failure.value)) : null,
  );
  /** The world's troubles. */
  const elsewhere = computed(() =>
    failure.value && !atPassword.value && !atOwn.value && !isCode(failure.value, 'password.change-required')
      ? failure.value
      : null,
  );

  /** Another account or password: nothing that was said before holds. */
  function retyped(): void {
    oneTime.value = false;
    ownPassword.value = '';
    clear();
  }
  function forget(): void {
    password.value = '';
    retyped();
  }
  /** @returns whether the person is in */
  async function signIn(): Promise<boolean> {
    if (pending.value || !ready.value) return false;
    const own = oneTime.value ? { newPassword: ownPassword.value } : {};
    const result = await run({ account: account().trim(), password: password.value, ...own });
    if (!result.ok && isCode(result.error, 'password.change-required')) oneTime.value = true;
    return result.ok;
  }
  return {
    password,
    oneTime,
    ownPassword,
    ready,
    pending,
    failure,
    atPassword,
    atOwn,
    elsewhere,
    retyped,
    forget,
    signIn,
  };
}
