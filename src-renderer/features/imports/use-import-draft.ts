import { ref, shallowRef } from 'vue';
import { AppError, toAppError } from '#shared/base/errors.ts';
import type { ImportChoices, ImportLook, ImportPlan } from '#shared/desk-contract/areas/imports.ts';
import { useDesk } from '#renderer/app/desk.ts';
import { useUiContext } from '#renderer/ui/index.ts';
import { base64FromBytes } from '#renderer/ui/base64.ts';
import { choicesAfter } from './logic/choices.ts';
import { refusedBefore, uploadSheet } from './logic/upload.ts';

/** One file on its way to be imported: handed over, looked into, and looked into again with other choices. */
export function useImportDraft() {
  const desk = useDesk();
  const { locale } = useUiContext();
  const look = shallowRef<ImportLook | null>(null);
  const fileName = ref('');
  /** Null = nothing is on its way; 1 = it is being read. */
  const progress = ref<number | null>(null);
  const looking = ref(false);
  const starting = ref(false);
  const failure = shallowRef<AppError | null>(null);
  let stopper = new AbortController();

  async function attempt(work: () => Promise<void>): Promise<void> {
    failure.value = null;
    try {
      await work();
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== 'cancelled') failure.value = error;
    }
  }

  async function take(file: File): Promise<void> {
    if (progress.value !== null) return;
    const refused = refusedBefore(file);
    if (refused) return void (failure.value = new AppError(refused, refused === 'import.too-large' ? { max: 30 } : {}));
    stopper = new AbortController();
    const { signal } = stopper;
    fileName.value = file.name;
    progress.value = 0;
    await attempt(async () => {
      const port = {
        begin: (input: { fileName: string; bytes: number }) => desk.call('imports.begin', input),
        chunk: (input: { id: string; offset: number; data: string }) => desk.call('imports.chunk', input),
      };
      const onProgress = (share: number): void => void (progress.value = share);
      const id = await uploadSheet(port, file, { encode: base64FromBytes, onProgress, signal });
      if (id === null) return;
      choices = {};
      look.value = await desk.call('imports.look', { id, choices, locale: locale.value }, { signal });
    }); // prettier-ignore
    progress.value = null;
  }

  /** What the person has chosen; the rest of the plan is found out. */
  let choices: ImportChoices = {};
  /** The last choice counts: an answer to one before it is not shown. */
  let asked = 0;
  async function choose(change: Partial<ImportPlan>): Promise<void> {
    const now = look.value;
    if (!now) return;
    look.value = { ...now, plan: { ...now.plan, ...change } };
    choices = choicesAfter(choices, change);
    const number = (asked += 1);
    looking.value = true;
    await attempt(async () => {
      const next = await desk.call('imports.look', { id: now.id, choices, locale: locale.value });
      if (number === asked) look.value = next;
    });
    if (number === asked) looking.value = false;
  }

  async function start(): Promise<boolean> {
    const now = look.value;
    if (!now) return false;
    let started = false;
    starting.value = true;
    await attempt(async () => {
      await desk.call('imports.start', { id: now.id, plan: now.plan });
      started = true;
    });
    starting.value = false;
    if (started) forget();
    return started;
  }

  /** Also what is asked about it and not answered yet. */
  function forget(): void {
    asked += 1;
    looking.value = false;
    look.value = null;
  }

  function drop(): void {
    stopper.abort();
    forget();
    failure.value = null;
  }

  return { look, fileName, progress, looking, starting, failure, take, choose, start, drop };
}
