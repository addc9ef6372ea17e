import { ref, shallowRef } from 'vue';
import { AppError, toAppError } from '#shared/base/errors.ts';
import type { Opener } from '#shared/desk-contract/areas/media.ts';
import { useDesk, type Desk } from '#renderer/app/desk.ts';
import { base64FromBytes } from '#renderer/ui/base64.ts';
import { uploadOpener, type UploadPort } from './logic/upload.ts';

export interface ToUpload {
  readonly fileName: string;
  readonly bytes: () => Promise<Uint8Array>;
  readonly source: 'upload' | 'recorded';
  readonly name: string;
  readonly text: string;
}

type Finish<Made> = (
  desk: Desk,
  input: Parameters<UploadPort<Made>['finish']>[0],
  signal: AbortSignal,
) => Promise<Made>;

/** A clip of the person's own. */
export const useOpenerUpload = () =>
  useUpload<Opener>('own', (desk, input) => desk.call('openers.finishUpload', input));

/** A sound that goes on to the cloud, for an opener of the company to name. */
export const useCompanySoundUpload = () =>
  useUpload<{ sha256: string; durationMs: number }>('company', (desk, { uploadId }, signal) =>
    desk.call('openers.sendToCompany', { uploadId }, { signal }),
  );

/** One upload at a time with its progress, its cancel and its refusal. */
function useUpload<Made>(to: 'own' | 'company', finish: Finish<Made>) {
  const desk = useDesk();
  /** Null = none is running; 1 = all is at the engine, which decodes it (and sends it on). */
  const progress = ref<number | null>(null);
  const name = ref('');
  const failure = shallowRef<AppError | null>(null);
  let stopper: AbortController | null = null;

  async function upload(file: ToUpload): Promise<Made | null> {
    if (progress.value !== null) return null;
    const { signal } = (stopper = new AbortController());
    failure.value = null;
    progress.value = 0;
    name.value = file.name;
    try {
      return await uploadOpener<Made>(
        {
          begin: (input) => desk.call('openers.beginUpload', { ...input, to }),
          chunk: (input) => desk.call('openers.uploadChunk', input),
          finish: (input) => finish(desk, input, signal),
          cancel: (input) => desk.call('openers.cancelUpload', input),
        },
        {
          ...file,
          bytes: await file.bytes(),
          encode: base64FromBytes,
          onProgress: (share) => (progress.value = share),
          signal,
        },
      );
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== 'cancelled') failure.value = error;
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
