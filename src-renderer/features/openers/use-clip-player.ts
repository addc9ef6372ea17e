import { onScopeDispose, ref, shallowRef } from 'vue';
import type { Result } from '#shared/base/result.ts';
import { useDesk, type Failure } from '#renderer/app/desk.ts';
import { useCallBegins } from '#renderer/features/voice/index.ts';

/**
 * Plays one opener at a time; the same again stops it.
 * @param listen where a clip can be heard, by what `toggle` is given; without it: openers of this desk, by their id
 */
export function useClipPlayer(listen?: (key: string) => Promise<Result<{ url: string }, Failure>>) {
  const desk = useDesk();
  const where = listen ?? ((id: string) => desk.attempt('openers.listen', { id }));
  const playingId = ref<string | null>(null);
  const atMs = ref(0);
  const failure = shallowRef<Failure | null>(null);
  const audio = new Audio();
  const stop = (): void => {
    audio.pause();
    playingId.value = null;
    atMs.value = 0;
  };
  audio.addEventListener('timeupdate', () => (atMs.value = Math.round(audio.currentTime * 1000)));
  audio.addEventListener('ended', stop);

  async function toggle(id: string): Promise<void> {
    const wasPlaying = playingId.value === id;
    stop();
    failure.value = null;
    if (wasPlaying) return;
    playingId.value = id;
    const answer = await where(id);
    if (playingId.value !== id) return;
    if (!answer.ok) {
      stop();
      failure.value = answer.error;
      return;
    }
    audio.src = answer.value.url;
    await audio.play().catch(stop);
  }
  useCallBegins(stop);
  onScopeDispose(stop);
  return { playingId, atMs, failure, toggle, stop };
}
