import { ref, shallowRef } from 'vue';
import { AppError, toAppError } from '#shared/base/errors.ts';
import type { Opener } from '#shared/desk-contract/areas/media.ts';
import { useDesk } from '#renderer/app/desk.ts';
import { base64FromBytes } from '#renderer/ui/base64.ts';
import { uploadOpener } from './logic/upload.ts';

export interface ToUpload {
  readonly fileName: string;
  readonly bytes: () => Promise<Uint8Array>;
  readonly source: 'upload' | 'recorded';
  readonly name: string;
  readonly text: string;
}

/** One upload at a time with its progress, its cancel and its refusal. */
export function useOpenerUpload() {
  const desk = useDesk();
  /** Null = none is running; 1 = all sent, the engine is decoding. */
  const progress = ref<number | null>(null);
  const name = ref('');
  const failure = shallowRef<AppError | null>(null);
  let stopper: AbortController | null = null;

  async function upload(file: ToUpload): Promise<Opener | null> {
    if (progress.value !== null) return null;
    stopper = new AbortController();
    failure.value = null;
    progress.value = 0;
    name.value = file.name;
    try {
      return await uploadOpener<Opener>(
        {
          begin: (input) => desk.call('openers.beginUpload', input),
          chunk: (input) => desk.call('openers.uploadChunk', input),
          finish: (input) => desk.call('openers.finishUpload', input),
          cancel: (input) => desk.call('openers.cancelUpload', input),
        },
        {
          ...file,
          bytes: await file.bytes(),
          encode: base64FromBytes,
          onProgress: (share) => (progress.value = share),
          signal: stopper.signal,
        },
      );
    } catch (thrown) {
      failure.value = toAppError(thrown);
      return null;
    } finally {
      progress.value = null;
      stopper = null;
    }
  }
  return {
    progress,
    name,
    failure,
    upload,
    refuse: (code: AppError['code']) => (failure.value = new AppError(code)),
    cancel: () => stopper?.abort(),
  };
}
